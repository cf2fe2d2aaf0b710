"""Videos of masks in FaceForensics++'s tree: where each attack changed its videos.

    manipulated_sequences/<attack>/masks/videos/<name of the fake>.mp4

Not every attack has them. A mask is also the original's: its frames are numbered alike, and the
face that was changed is the face of the same person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deepfake_attribution.catalog.files import folder
from deepfake_attribution.catalog.listing import Video
from deepfake_attribution.core.video import REAL

PLACE = "manipulated_sequences/{}/masks/videos"


def masked(
    videos: Iterable[Video], root: Path, attacks: Sequence[str], pairs: bool = False
) -> list[Video]:
    """Return ``videos`` with the masks that are there.

    Args:
        videos: fakes know the path of their original, ``source``.
        root: of the dataset.
        attacks: those whose masks are used, in the order of preference for originals.
        pairs: fakes of one name show one person in every attack, so that the mask of another
            attack serves where an attack has none.
    """
    found = _found(root, attacks)
    listed = list(videos)
    given = [_with(video, found, attacks if pairs else [video.attack]) for video in listed]
    own: dict[str, str] = {}  # of originals, by path
    order = {attack: place for place, attack in enumerate(attacks)}
    for video in sorted(given, key=lambda one: order.get(one.attack, len(order))):
        if video.attack != REAL and video.mask:
            own.setdefault(video.source, video.mask)
    return [
        replace(video, mask=own.get(video.path, "")) if video.attack == REAL else video
        for video in given
    ]


def note(videos: Sequence[Video]) -> tuple[str, ...]:
    """Return a line that counts the videos with a mask; nothing if none has one."""
    count = sum(bool(video.mask) for video in videos)
    if not count:
        return ()
    return (f"{count} of {len(videos)} videos have a mask; crop.subject: marked uses it",)


def _found(root: Path, attacks: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return the paths of masks by attack and name."""
    places = {attack: PLACE.format(attack) for attack in attacks}
    return {
        (attack, Path(file).stem): f"{place}/{file}"
        for attack, place in places.items()
        for file in folder(root / place).videos
    }


def _with(video: Video, found: Mapping[tuple[str, str], str], attacks: Sequence[str]) -> Video:
    if video.attack == REAL:
        return video
    ways = [(attack, video.name) for attack in dict.fromkeys([video.attack, *attacks])]
    return replace(video, mask=next((found[way] for way in ways if way in found), ""))
