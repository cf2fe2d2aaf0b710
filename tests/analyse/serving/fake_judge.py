"""A judge that says what a test wants, and a server around it, without a model."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

import small_bundle
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.results import Frame, Neighbour, PersonResult, VideoResult
from deepfake_attribution.analyse.serving.app import create
from deepfake_attribution.analyse.serving.guard import Guard
from deepfake_attribution.analyse.serving.jobs import Jobs
from deepfake_attribution.analyse.serving.limits import Limits
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.serving.shelf import Shelf
from deepfake_attribution.core import images

HOST = "127.0.0.1"
BASE = f"http://{HOST}:8000"
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 600  # begins as one
TELLTALE = "<img src=x onerror=alert(1)>"  # what a file could say of itself


def crop(number: int) -> bytes:
    """Return a picture, another one for each number."""
    return images.encode(np.full((32, 32, 3), (40 * number + 60, 120, 90), np.uint8), "png", 95)


def result(path: str | Path, verdict: str = "fake") -> VideoResult:
    """Return what a model could say of a video of four frames, one of them without a face."""
    fake = verdict == "fake"
    scores = [0.2, 0.3, 0.1] if fake else [0.9, 0.8, 0.7]
    said = PersonResult(
        person=0,
        status="ok",
        reason="",
        verdict="fake" if fake else "real",
        score=sum(scores) / 3,
        p_real=sum(scores) / 3,
        interval=(min(scores), max(scores)),
        attack="swap" if fake else None,
        predicted="swap" if fake else "real",
        probabilities={"real": 0.2, "melt": 0.1, "swap": 0.7},
        distance=3.2,
        unit="degrees",
        unlike=0.97,
        neighbours=(Neighbour("v/swap", "swap", "d", 1.25), Neighbour(TELLTALE, "real", "d", 2.5)),
        place=(8.0, 2.0),
        faces=3,
    )
    frames = [
        Frame(n, 10 * n, 0.4 * n, 0, "ok", "", (1.0, 2, 30, 40), score, "swap", crop(n))
        for n, score in enumerate(scores)
    ]
    frames.append(Frame(3, 30, 1.2, 0, "no_face", f"nobody in {path} {TELLTALE}"))
    about = (str(path), "Attribution", 0.5, "probability")
    return VideoResult(*about, said, (said,), tuple(frames), asked=4, seconds=1.5)


def of_two(path: str | Path) -> VideoResult:
    """Return what a model could say of a video with two people, the first of them fake."""
    fake, real = result(path), result(path, "real")
    frames = [replace(frame, person=1) for frame in real.frames]
    people = (fake.video, replace(real.video, person=1))
    return replace(fake, people=people, frames=(*fake.frames, *frames))


@dataclass
class FakeJudge:
    """Says what it should of every video, as soon as it may.

    Attributes:
        may: when set, videos are judged; until then the judge is reading.
        seen: what each video held, and whether its file was there.
        wrong: raised instead.
        says: what it says of a path.
    """

    bundle: Bundle = field(default_factory=small_bundle.bundle)
    may: threading.Event = field(default_factory=threading.Event)
    seen: list[bytes] = field(default_factory=list)
    wrong: Exception | None = None
    says: Callable[[str | Path], VideoResult] = result

    def analyse(self, path: str | Path, tell: Callable[[str], None] | None = None) -> VideoResult:
        assert tell is not None
        tell("reading")
        self.seen.append(Path(path).read_bytes())
        assert self.may.wait(60)
        tell("judging")
        if self.wrong:
            raise self.wrong
        return self.says(path)


@dataclass
class Server:
    """A server and what a test turns in it."""

    judge: FakeJudge
    jobs: Jobs
    folder: Path
    app: Guard
    now: list[float]


def server(folder: Path, limits: Limits | None = None, shelf: Path | None = None) -> Server:
    """Return a server whose temporary files lie in ``folder``; its clock stands still."""
    limits = limits or Limits(reserve=0)
    now, judge = [0.0], FakeJudge()
    jobs = Jobs(limits, lambda: now[0])
    offered = Shelf(shelf) if shelf else None
    parts = Parts(judge, jobs, folder, limits, offered)
    app = create(parts, HOST)
    assert isinstance(app, Guard)
    return Server(judge, jobs, folder, app, now)
