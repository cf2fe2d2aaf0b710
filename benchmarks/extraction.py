"""Fifteen frames of a video: ours against OpenCV, decord and torchcodec, one thread each.

    python benchmarks/extraction.py                                  # 1080p clips, rendered once
    python benchmarks/extraction.py --sample ../shared/sample        # and real ones
    python benchmarks/extraction.py --profile                        # where our time goes

decord and torchcodec are not among the project's requirements: `pip install decord torchcodec`.
torchcodec is lent the FFmpeg of PyAV's wheel, so that both decode with the same code.
"""

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

import measure
from deepfake_attribution.frames import decoding, sparse_decoding, video
from deepfake_attribution.frames.frame_choice import middles
from deepfake_attribution.render.clip import View, render_clip
from deepfake_attribution.render.people import draw_person
from deepfake_attribution.render.scene import draw_scene

COUNT = 15
FILES = Path(__file__).with_name(".files")
FPS, WIDTH, HEIGHT = 25, 1920, 1080
Take = Callable[[Path], Sequence[np.ndarray] | np.ndarray]  # (H, W, 3) uint8 RGB
SELDOM = {"opencv_seek": 1}  # rounds of who is so slow that more would take most of the time
PEERS = ("opencv_sequential", "opencv_seek", "decord", "torchcodec")


def ours(path: Path) -> list[np.ndarray]:
    """Take the frames as the stage `extract` does."""
    return [frame.image for frame in video.take(path, COUNT) if frame.image is not None]


def opencv_sequential(path: Path) -> list[np.ndarray]:
    """Read every frame, keep those wanted."""
    capture, wanted = _opened(path)
    frames = []
    for number in range(wanted[-1] + 1):
        there, frame = capture.read()
        if there and number in wanted:
            frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    return frames


def opencv_seek(path: Path) -> list[np.ndarray]:
    """Set the position to each frame."""
    capture, wanted = _opened(path)
    frames = []
    for number in wanted:
        capture.set(cv2.CAP_PROP_POS_FRAMES, number)
        there, frame = capture.read()
        if there:
            frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    return frames


def _opened(path: Path) -> tuple[cv2.VideoCapture, list[int]]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    return capture, middles(int(capture.get(cv2.CAP_PROP_FRAME_COUNT)), COUNT)


def decord(path: Path) -> np.ndarray:
    """Ask decord for all at once."""
    import decord as library

    reader = library.VideoReader(str(path), num_threads=1)
    return reader.get_batch(middles(len(reader), COUNT)).asnumpy()


def torchcodec(path: Path) -> np.ndarray:
    """Ask torchcodec for all at once; exact seeking, its default."""
    from torchcodec.decoders import VideoDecoder

    decoder = VideoDecoder(
        str(path), num_ffmpeg_threads=1, seek_mode="exact", dimension_order="NHWC"
    )
    return decoder.get_frames_at(middles(len(decoder), COUNT)).data.numpy()


def contenders() -> dict[str, Take]:
    """Return ours and the peers that are installed; say which are not."""
    peers: tuple[Take, ...] = (opencv_sequential, opencv_seek, decord, torchcodec)
    takers: dict[str, Take] = {"ours": ours}
    for name, take in zip(PEERS, peers, strict=True):
        if name in ("decord", "torchcodec") and importlib.util.find_spec(name) is None:
            print(f"{name} is not installed: pip install {name}")
        else:
            takers[name] = take
    return takers


def lend_ffmpeg() -> None:
    """Start again with PyAV's FFmpeg under the names by which torchcodec looks for it."""
    libraries = Path(av.__file__).parents[1] / "av.libs"
    links = FILES / "ffmpeg"
    known = os.environ.get("LD_LIBRARY_PATH", "")
    if not importlib.util.find_spec("torchcodec") or not libraries.is_dir() or str(links) in known:
        return
    links.mkdir(parents=True, exist_ok=True)
    for library in libraries.iterdir():
        stem, _, version = library.name.partition(".so")  # libavutil-5c1a8f33.so.60.8.100
        plain = f"{stem.rpartition('-')[0]}.so.{version.strip('.').partition('.')[0]}"
        for name in (library.name, plain):
            (links / name).unlink(missing_ok=True)
            (links / name).symlink_to(library)
    environment = os.environ | {"LD_LIBRARY_PATH": f"{links}:{known}".rstrip(":")}
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def rendered(seconds: int) -> Path:
    """Return a 1080p clip, made at the first call: H.264, crf 23, x264's own settings.

    A drawn person in a room of fine texture, with a hand-held camera and the sensor's noise.
    """
    path = FILES / f"1080p-{seconds}s.mp4"
    if path.exists():
        return path
    FILES.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with av.open(str(temporary), "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=FPS, options={"crf": "23"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in _moving(seconds * FPS):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        file.mux(stream.encode())
    temporary.replace(path)
    return path


def _moving(frames: int) -> Iterator[np.ndarray]:
    random = np.random.default_rng(0)
    clip = render_clip(draw_person(1), draw_scene(1), View(480, 270, FPS), 1, min(frames, 50))
    there_and_back = [*range(len(clip.frames)), *range(len(clip.frames) - 2, 0, -1)]
    size = (HEIGHT + 64, WIDTH + 64)
    grain = cv2.GaussianBlur(random.normal(0, 14, size).astype(np.float32), (0, 0), 1.2)
    noise = [random.normal(0, 1.5, size).astype(np.float32) for _ in range(7)]
    for number in range(frames):
        frame = clip.frames[there_and_back[number % len(there_and_back)]]
        large = cv2.resize(frame, size[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
        x = int(32 + 24 * np.sin(number / 17) + 6 * np.sin(number / 3.1))
        y = int(32 + 20 * np.sin(number / 23) + 5 * np.sin(number / 2.7))
        seen = (large + 4 * grain[..., None])[y : y + HEIGHT, x : x + WIDTH]
        seen = seen + noise[number % len(noise)][:HEIGHT, :WIDTH, None]
        yield np.clip(seen, 0, 255).astype(np.uint8)


def groups(lengths: Sequence[int], sample: Path | None) -> dict[str, list[Path]]:
    """Return the files, by kind."""
    found = {f"1080p_{seconds}s": [rendered(seconds)] for seconds in lengths}
    if sample is not None:
        found["sample"] = sorted((sample / "videos").iterdir())
    return found


@dataclass
class Tally:
    """What a contender took and gave, over some files.

    Attributes:
        seconds: of each of its rounds.
        right: frames that are the wanted ones, of one round.
        same: frames that are those of a decode of all frames, to the bit, of one round.
    """

    seconds: list[float]
    right: int = 0
    same: int = 0


def measured(
    files: Sequence[Path], takers: dict[str, Take], rounds: int
) -> tuple[dict[str, Tally], int]:
    """Return the tally of each contender, and how many frames were asked for.

    They take turns file by file. What they give in their first round is compared with a decode
    of all frames, which has also brought the file into memory: no turn goes unmeasured.
    """
    tallies = {name: Tally([0.0] * min(rounds, SELDOM.get(name, rounds))) for name in takers}
    asked = 0
    for number in range(rounds):
        for place, path in enumerate(files):
            names = [name for name in takers if number < len(tallies[name].seconds)]
            first = (number + place) % len(names)  # nobody always comes after the same one
            near, wanted = _neighbours(path) if number == 0 else ({}, [])
            asked += len(wanted)
            for name in names[first:] + names[:first]:
                begun = perf_counter()
                frames = takers[name](path)
                tallies[name].seconds[number] += perf_counter() - begun
                if number == 0:
                    right, same = _compared(frames, near, wanted)
                    tallies[name].right += right
                    tallies[name].same += same
    return tallies, asked


def _compared(
    frames: Sequence[np.ndarray] | np.ndarray, near: dict[int, np.ndarray], wanted: list[int]
) -> tuple[int, int]:
    """Return how many frames are the wanted ones, and how many of them to the bit.

    A frame is the wanted one if of a decode of all frames none of its neighbours is more like it:
    libraries convert colours in their own ways. Pixels that are not square are scaled in ours.
    """
    right = same = 0
    for number, frame in zip(wanted, frames, strict=False):
        reference = near[number]
        height, width = frame.shape[:2]
        if (width, height) == reference.shape[:2] and width != height:
            continue  # not upright
        if np.array_equal(frame, reference):
            right, same = right + 1, same + 1
            continue
        away = {
            other: cv2.norm(frame, cv2.resize(near[other], (width, height)), cv2.NORM_L1)
            for other in (number - 1, number, number + 1)
            if other in near
        }
        right += away[number] == min(away.values())
    return right, same


def _neighbours(path: Path) -> tuple[dict[int, np.ndarray], list[int]]:
    """Return the wanted frames and those beside them, of a decode of all frames.

    As many frames as packets are expected; where that is wrong, all are decoded again.
    """
    with av.open(str(path)) as file:
        expected = sum(packet.size > 0 for packet in file.demux(video=0))
    while True:
        wanted = middles(expected, COUNT)
        near = {number + step for number in wanted for step in (-1, 0, 1)}
        found = {}
        count = 0
        with av.open(str(path)) as file:
            for frame in file.decode(video=0):
                if count in near:
                    turns = round(frame.rotation / 90) % 4
                    found[count] = np.rot90(frame.to_ndarray(format="rgb24"), turns)
                count += 1
        if count == expected:
            return found, wanted
        expected = count


def rates(tallies: dict[str, Tally], videos: int, work: str) -> list[measure.Result]:
    """Return ours against each peer, over the rounds that the peer has."""
    results = []
    for name, tally in tallies.items():
        if name != "ours":
            ours = tallies["ours"].seconds[: len(tally.seconds)]
            pair = {"ours": ours, name: tally.seconds}
            found = {one: [videos / spent for spent in each] for one, each in pair.items()}
            results += measure.compared(work, found, "videos/s")
    return results


def profile(files: Sequence[Path]) -> None:
    """Print the seconds that each part of our work takes."""
    spent = dict.fromkeys(("open", "read packets", "choose", "decode", "convert"), 0.0)
    decoded = packets = whole = 0
    for path in files:
        marks = [perf_counter()]
        with decoding.open_video(path) as container:
            marks.append(perf_counter())
            found = sparse_decoding.survey(container, decoding.NO_LIMIT)
            marks.append(perf_counter())
            wanted = middles(found.count, COUNT)
            try:
                chosen = sparse_decoding.plan(found, wanted)
                marks.append(perf_counter())
                held = found.held or container.demux(decoding.video_stream(container))
                frames = [
                    frame.content
                    for frame in sparse_decoding.frames_at(
                        container, held, chosen, decoding.NO_LIMIT
                    )
                ]
            except sparse_decoding.RefusedError:
                whole += 1
                continue
            marks.append(perf_counter())
            colours = VideoReformatter()
            for frame in frames:
                colours.reformat(frame, format="rgb24", threads=1).to_ndarray()
            marks.append(perf_counter())
        decoded += sum(len(group) for group in chosen.groups)
        packets += found.count
        for part, begun, done in zip(spent, *zip(*pairwise(marks), strict=True), strict=True):
            spent[part] += done - begun
    total = sum(spent.values())
    for part, seconds in spent.items():
        print(f"  {part:14} {seconds:8.3f} s {seconds / max(total, 1e-9):6.1%}")
    print(f"  {decoded} of {packets} packets decoded; {whole} videos left to a whole decode")


def _size(path: Path) -> int:
    return path.stat().st_size


def main() -> None:
    """Measure, print and keep the results."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sample", type=Path, help="folder with a folder of videos")
    asked.add_argument("--seconds", type=int, nargs="*", default=[10, 60], help="rendered clips")
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument("--profile", action="store_true", help="only show where our time goes")
    options = measure.options(asked)
    cv2.setNumThreads(1)
    files = groups(options.seconds, options.sample)
    if options.profile:
        for kind, paths in files.items():
            print(kind)
            profile(paths)
        return
    lend_ffmpeg()
    takers = contenders()
    smallest = min((path for paths in files.values() for path in paths), key=_size)
    for take in takers.values():
        take(smallest)  # loads its library
    results: list[measure.Result] = []
    every: dict[str, Tally] = {}
    for kind, paths in files.items():
        tallies, wanted = measured(paths, takers, options.rounds)
        results += rates(tallies, len(paths), f"extract_{kind}")
        print(f"{kind}: {len(paths)} videos, {wanted} frames")
        for name, tally in tallies.items():
            spent = " ".join(f"{one:.2f}" for one in tally.seconds)
            print(
                f"  {name:18} {tally.right:4} the wanted frame, {tally.same:4} to the bit; "
                f"{len(tally.seconds)} rounds: {spent} s"
            )
            before = every.setdefault(name, Tally([0.0] * len(tally.seconds)))
            before.seconds = [sum(pair) for pair in zip(before.seconds, tally.seconds, strict=True)]
    results += rates(every, sum(len(paths) for paths in files.values()), "extract")
    measure.show(results)
    measure.keep(results, options)


if __name__ == "__main__":
    main()
