"""A model that is none, and what it says of files: their content is what it sees in them."""

import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

import small_bundle
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.record import Limit, Record, Trained
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.results import Frame, Neighbour, PersonResult, VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.model.description import Description

CLASSES = ["real", "blur", "swap"]
TIMES = (0.5, 1.5, 2.5, 3.5)
NOT_TEXT = "\0"  # begins every file: a file of text would not be analysed
CROP = images.encode(np.full((40, 40, 3), 120, np.uint8), "jpeg", 90)


def record(**changes: Any) -> Record:
    """Return what a small model says of itself."""
    values: dict[str, Any] = {
        "classes": CLASSES,
        "threshold": Limit(value=0.5, scores="in_sample", n_fake=40, k_pass=4),
        "neighbours": 2,
        "trained": Trained(
            datasets=["one"],
            videos={"train": {"real": 10, "blur": 6, "swap": 4}, "val": {"real": 5}},
            crops={"train": 80, "val": 20},
        ),
        "tested": [
            small_bundle.tested("one", (90.0, 5.0, 10.0, 7.5), attacks=CLASSES[1:]),
            small_bundle.tested(
                "two",
                (60.0, 20.0, 50.0, 35.0),
                trained_on=False,
                attacks=["morph"],
                new=["morph"],
                n_real=10,
                n_fake=30,
            ),
        ],
        "known": {"crops": 20, "videos": 5},
    }
    return small_bundle.record(**values | changes)


def bundle(**changes: Any) -> Bundle:
    """Return a small model with a map of six crops."""
    rows = [
        {"video": f"one/{attack}/-/{place}", "slot": 0, "person": 0, "dataset": "one"}
        | {"attack": attack, "split": "test", "x": float(place), "y": 1.0 - place}
        for place, attack in enumerate(["real", "real", "blur", "blur", "swap", "morph"])
    ]
    known = pd.DataFrame(rows).assign(embedding=[np.zeros(2, np.float32)] * len(rows))
    description = Description(
        "attribution", "classes", CLASSES, {}, (0, 0, 0), (1, 1, 1), {"epoch": 1}
    )
    network: Any = None
    return Bundle(
        record(**changes),
        description,
        network,
        None,
        known,
        np.array([1.0, 2.0]),
        Path("detector"),
    )


def said(score: float, person: int = 0, faces: int = 4, unlike: float = 0.25) -> PersonResult:
    """Return what is said of a person with this P(real)."""
    real = score > 0.5
    return PersonResult(
        person=person,
        status="ok",
        reason="",
        verdict="real" if real else "fake",
        score=score,
        p_real=score,
        interval=(score - 0.0625, score + 0.0625),
        attack=None if real else "swap",
        predicted="real" if real else "swap",
        probabilities={"real": score, "blur": (1 - score) / 4, "swap": 3 * (1 - score) / 4},
        distance=1.5,
        unit="deviations",
        unlike=unlike,
        neighbours=(Neighbour("one/swap/-/4", "swap", "one", 1.25),),
        place=(2.5, -1.0),
        faces=faces,
    )


def result(
    path: str, *scores: float, reason: str = "", unlike: float = 0.25, status: str = "no_face"
) -> VideoResult:
    """Return what is said of a video with a person per score; of one where nobody is seen."""
    people = tuple(said(score, person, unlike=unlike) for person, score in enumerate(scores))
    frames = [
        Frame(slot, 25 * slot, time_s, one.person, "ok", "", (1, 2, 3, 4), one.score, "swap", CROP)
        for slot, time_s in enumerate(TIMES)
        for one in people
    ] or [Frame(slot, 25 * slot, time_s, 0, status, reason) for slot, time_s in enumerate(TIMES)]
    least = min(people, key=lambda one: one.score or 0.0, default=PersonResult(0, status, reason))
    return VideoResult(
        path, "Attribution", 0.5, "probability", least, people, tuple(frames), 4, 0.125
    )


def clip(path: str | Path, text: str) -> None:
    """Write a file that is not surely no video, and of which `FakeAnalyser` says ``text``."""
    Path(path).write_text(NOT_TEXT + text)


class FakeAnalyser:
    """Says what files hold: the scores of people by spaces, or why there is none.

    Args:
        bundle: what `bundle` gives.
        options: not looked at.
    """

    seen: list[str]  # of all of them, in the order in which they were looked at
    wait = 0.0  # seconds per video

    def __init__(self, bundle: Bundle, options: Options | None = None) -> None:
        self.bundle = bundle

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def each(self, paths: Iterable[str | Path]) -> Iterator[VideoResult]:
        """Yield what is said of each."""
        for path in paths:
            time.sleep(self.wait)
            self.seen.append(str(path))
            yield self.analyse(path)

    def analyse(self, path: str | Path) -> VideoResult:
        """Return what a file says; STOP: Ctrl-C; SLOW: a time-out; REMOVE: --out is lost."""
        try:
            text = Path(path).read_text().removeprefix(NOT_TEXT)
        except OSError as error:
            return result(str(path), reason=str(error.strerror))
        if text == "STOP":
            raise KeyboardInterrupt
        if text == "REMOVE":
            shutil.rmtree("out")
            return result(str(path), 0.75)
        if text == "SLOW":
            return result(str(path), reason="too slow", status="not_finished")
        try:
            return result(str(path), *(float(score) for score in text.split()))
        except ValueError:
            return result(str(path), reason=text)
