"""How long a verdict takes, and what memory many videos need: python benchmarks/analyse.py.

The argument BUNDLE is a folder of ``deepfake-attribution export``; without it, the one that
`demo.py` left is taken.
Three questions:

- CPU seconds of the first verdict on a 10 s clip of 1280 x 720, after the start (all processes; the
  start, with its libraries, is told apart);
- memory of this process and the ones that it began after 50 videos and after all of them;
- videos per second against the plain loop that a notebook has: OpenCV reads the whole video, the
  same face finder, crop and network are called for 15 frames, one video after the other. It writes
  no row for a frame that is lost, and a crash ends it.
"""

import argparse
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import av
import cv2
import numpy as np
import psutil

import demo
import extraction
import measure
from deepfake_attribution import load_bundle
from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.judging import frame_scores
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.core import images
from deepfake_attribution.faces import cropping
from deepfake_attribution.faces.detector import make_detector
from deepfake_attribution.frames.frame_choice import middles

BUNDLE = demo.FOLDER / "bundles/best"
SECONDS, WIDTH, HEIGHT = 10, 1280, 720
FIRST = 50  # videos after which memory is looked at for the first time
ROUND = 10  # videos that the contenders look at in turn


def main() -> None:
    """Measure, print, and write results.json."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("bundle", type=Path, nargs="?", default=BUNDLE)
    words.add_argument("--videos", type=int, default=150)
    words.add_argument("--rounds", type=int, default=3)
    chosen = measure.options(words)
    if not chosen.bundle.is_dir():
        raise SystemExit(
            f"error: {chosen.bundle} is not there: name a bundle, or run demo.py first"
        )
    path = clip()
    with load_bundle(chosen.bundle, Options(workers=0)) as analyser:
        before = _cpu()
        analyser.warm()
        print(f"start: {_cpu() - before:.2f} s CPU")
        before, begun = _cpu(), perf_counter()
        result = analyser.analyse(path)
        cold, wall = _cpu() - before, perf_counter() - begun
        before = _cpu()
        analyser.analyse(path)
        warm = _cpu() - before
        print(f"first verdict: {cold:.2f} s CPU, {wall:.2f} s on the clock ({result.status})")
        print(f"another one: {warm:.2f} s CPU")
        found = measure.rates(
            {
                "ours": lambda: _ours(analyser, [path] * ROUND),
                "plain_loop": lambda: _plain(analyser, [path] * ROUND),
            },
            chosen.rounds,
        )
        results = measure.compared("analyse", found, "videos/s")
        for one in results:
            print(f"{one.name}: {one.ours} against {one.peer} videos/s, ratio {one.ratio}")
        sizes = []
        for number, _ in enumerate(analyser.each(islice(cycle([path]), chosen.videos)), 1):
            if number in (min(FIRST, chosen.videos), chosen.videos):
                sizes.append(_memory())
        print(
            f"memory after {FIRST} and {chosen.videos} videos: {sizes[0]:.0f}, {sizes[-1]:.0f} MB"
        )
    measure.keep(results, chosen)


def clip() -> Path:
    """Return the clip, made at the first call from the larger one of `extraction`."""
    path = extraction.FILES / f"720p-{SECONDS}s.mp4"
    if path.exists():
        return path
    temporary = path.with_name(f".{path.name}.tmp")
    with (
        av.open(str(extraction.rendered(SECONDS))) as source,
        av.open(str(temporary), "w", format="mp4") as file,
    ):
        stream = file.add_stream("libx264", rate=extraction.FPS, options={"crf": "23"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in source.decode(video=0):
            small = frame.reformat(width=WIDTH, height=HEIGHT, format="yuv420p")
            small.pts = None
            file.mux(stream.encode(small))
        file.mux(stream.encode())
    temporary.replace(path)
    return path


def _ours(analyser: Analyser, paths: Sequence[Path]) -> float:
    assert all(result.video.score is not None for result in analyser.each(paths))
    return len(paths)


def _plain(analyser: Analyser, paths: Sequence[Path]) -> float:
    """Do what a notebook does."""
    record = analyser.bundle.record
    finder = make_detector(record.detector, analyser.bundle.detector, "cpu")
    for path in paths:
        capture = cv2.VideoCapture(str(path))
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        wanted = set(middles(count, record.extract.frames))
        frames = []
        for number in range(count):
            there, frame = capture.read()
            if there and number in wanted:
                frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        faces = finder.detect(frames)
        crops = [
            cropping.crop(frame, seen[0].box, record.crop.margin, record.crop.size)
            for frame, seen in zip(frames, faces, strict=True)
            if seen
        ]
        contents = [images.encode(crop, record.crop.format, record.crop.quality) for crop in crops]
        score = frame_scores(contents, [0] * len(contents), analyser.bundle)["score"].mean()
        assert np.isfinite(score)
    return len(paths)


def _family() -> list[psutil.Process]:
    """Return this process and all that it began, at any depth."""
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def _cpu() -> float:
    """Return the CPU seconds of this process and of all that it began, ended ones too."""
    return sum(sum(process.cpu_times()[:4]) for process in _family())


def _memory() -> float:
    """Return the resident megabytes of this process and of all that it began."""
    return sum(process.memory_info().rss for process in _family()) / 1e6


if __name__ == "__main__":
    main()
