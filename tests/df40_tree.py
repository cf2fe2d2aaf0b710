"""DF40's tree in any size: names as they were seen in the release, and empty files."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from deepfake_attribution.catalog.adapters.df40 import OWN_IMAGES, REENACTED, SWAPS
from deepfake_attribution.catalog.df40_clips import EDITED, SYNTHESISED

# As archives and lists of the release spell them.
SPELT = {"starganv2": "StarGAN2", "whichfaceisreal": "Whichisreal", "heygen": "heygen/heygen_new"}
REAL_FF = "FaceForensics++/original_sequences/youtube/c23/frames"
ONE_NAME = ("wav2lip", "sadtalker")  # their videos are named after one clip


def build(
    root: Path,
    pairs: dict[str, Sequence[Sequence[str]]],
    celebrities: Sequence[str],
    frames: int = 2,
    parts: Sequence[str] = (),
) -> None:
    """Write the tree below ``root``.

    Args:
        root: made if it is not there.
        pairs: FaceForensics++'s, by split. Both parts hold the test clips, as the release does.
        celebrities: stems of Celeb-DF's fakes, such as id0_id1_0000.
        frames: of each video.
        parts: only the paths that hold one of these; empty: all.
    """
    for path in _paths(pairs, celebrities, frames):
        if parts and not any(part in path for part in parts):
            continue
        file = os.path.join(root, path)  # noqa: PTH118 - strings: paths would take twice the time
        os.makedirs(os.path.dirname(file), exist_ok=True)  # noqa: PTH103, PTH120
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o644))


def _paths(
    pairs: dict[str, Sequence[Sequence[str]]], celebrities: Sequence[str], frames: int
) -> Iterator[str]:
    originals = sorted({f"{name.split('_')[0]}_{name.split('_')[2]}" for name in celebrities})
    for method in (*SWAPS, *REENACTED):
        single = method in ONE_NAME
        for split, own in pairs.items():
            names = [name for a, b in own for name in ((a, b) if single else _both(a, b))]
            places = [f"DF40_train/{method}/frames"]
            if split == "test":
                places.append(f"DF40/{method}/ff/frames")
            for place in places:
                yield from _films(place, names, frames)
                yield from _films(place.replace("frames", "landmarks"), names[:1], 1, "npy")
        yield from _films(f"DF40/{method}/cdf/frames", originals if single else celebrities, frames)
    for method in SYNTHESISED:
        for split, own in pairs.items():
            place = f"DF40/{method}/ff" if split == "test" else f"DF40_train/{method}"
            yield from _films(place, [clip for pair in own for clip in pair], frames)
        yield from _films(f"DF40/{method}/cdf/Fake_from_Celeb-real", originals, frames)
        yield from _films(f"DF40/{method}/cdf/Fake_from_Youtube-real", ["00000"], frames)
    for method in EDITED:
        yield from _films(f"DF40/{method}/{method}/ff", [own for own, _ in pairs["test"]], frames)
        yield from _images(f"DF40/{method}/{method}/cdf/Celeb-real/inversions", frames)
    for side in ("fake", "real"):
        yield from _films(f"DF40/deepfacelab/{side}/frames", ["0000"], frames)
        inside = "fake/frames" if side == "fake" else side
        yield from _films(f"DF40/{SPELT['heygen']}/{inside}", ["a_1", "b_2"], frames)
        for method in OWN_IMAGES:
            place = f"DF40/{SPELT.get(method, method)}/{side}"
            if method == "CollabDiff":  # was released without reals
                yield from _films(place, ["0", "1"] if side == "fake" else [], frames)
            else:
                yield from _images(f"{place}/{side}" if method == "stargan" else place, frames)
    for own in pairs.values():
        yield from _films(REAL_FF, [clip for pair in own for clip in pair], frames)
    yield from _films("Celeb-DF-v2/Celeb-real/frames", originals, frames)
    yield from _films("Celeb-DF-v2/YouTube-real/frames", ["00000"], frames)


def _both(one: str, other: str) -> tuple[str, str]:
    return f"{one}_{other}", f"{other}_{one}"


def _films(place: str, names: Sequence[str], frames: int, suffix: str = "png") -> Iterator[str]:
    for name in names:
        for number in range(frames):
            yield f"{place}/{name}/{number:03d}.{suffix}"


def _images(place: str, count: int) -> Iterator[str]:
    for number in range(1, count + 1):
        yield f"{place}/{number:05d}.jpg"
