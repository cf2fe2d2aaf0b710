"""A video's scores over its frames, as places on a page in percent of its width and height."""

from dataclasses import dataclass
from typing import Any

from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.pages.pictures import Picture
from deepfake_attribution.analyse.results import OK, Frame, PersonResult, VideoResult
from deepfake_attribution.likelihood import abstention
from deepfake_attribution.likelihood.calibration import Calibration

ROOM = 0.08  # of the range of decision values, left free at both ends


@dataclass(frozen=True)
class Scale:
    """What scores a line shows, from its one end to the other."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Return where ``value`` lies, in percent; 0 or 100 beyond the ends."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def ends(self) -> tuple[str, str]:
        """Return the scores at both ends."""
        return f"{self.low:.3g}", f"{self.high:.3g}"


def scale(result: VideoResult) -> Scale:
    """Return the scale of a video: all of [0, 1], or the decision values that there are."""
    if result.score_kind == "probability":
        return Scale(0.0, 1.0)
    values = [one.score for one in result.frames if one.score is not None]
    values += [*(one.score for one in result.people if one.score is not None), result.threshold]
    low, high = min(values), max(values)
    room = ROOM * (high - low) or 1.0
    return Scale(low - room, high + room)


def gauge(
    person: PersonResult, result: VideoResult, likelihood: Calibration | None
) -> dict[str, Any] | None:
    """Return where a person's score, its interval, the threshold and the limits of an answer lie.

    Args:
        person: without a score there is nothing to show: None.
        result: of the video.
        likelihood: scores whose ratio supports no answer are not known.
    """
    if person.score is None:
        return None
    line = scale(result)
    low, high = person.interval or (person.score, person.score)
    first, last = map(line.place, _sides(line, result.threshold, likelihood))
    return {
        "at": line.place(person.score),
        "low": line.place(low),
        "width": round(line.place(high) - line.place(low), 2),
        "limit": line.place(result.threshold),
        "unsure": first,
        "unsure_width": round(last - first, 2),
        "ends": line.ends(),
    }


def _sides(line: Scale, threshold: float, likelihood: Calibration | None) -> tuple[float, float]:
    """Return the scores up to which a video is fake, and from which on it is real."""
    if likelihood is None:
        return threshold, threshold
    fake, real = abstention.sides(likelihood, threshold)
    return line.low if fake is None else fake, line.high if real is None else real


def chart(
    person: int, result: VideoResult, picture: Picture, likelihood: Calibration | None = None
) -> dict[str, Any]:
    """Return the frames of one person from left to right.

    Args:
        person: number of the person whose frames are drawn.
        result: of the video.
        picture: gives the addresses of faces.
        likelihood: as for `gauge`; a frame is coloured as a video with its score would be called.
    """
    line = scale(result)
    ends = _sides(line, result.threshold, likelihood)
    own = sorted((one for one in result.frames if one.person == person), key=lambda one: one.slot)
    ordered = _across(own, result)
    dots = [
        _dot(frame, across, line, ends, result.threshold, picture)
        for frame, across in ordered
        if frame.status == OK and frame.score is not None
    ]
    return {
        "dots": dots,
        "line": " ".join(f"{dot['left']},{dot['top']}" for dot in dots),
        "gaps": [
            {"left": across, "about": f"{_when(frame)}: {words.status(frame.status)}"}
            for frame, across in ordered
            if frame.status != OK
        ],
        "limit": 100 - line.place(result.threshold),
        "unsure": round(100 - line.place(ends[1]), 2),
        "unsure_height": round(line.place(ends[1]) - line.place(ends[0]), 2),
        "ends": line.ends(),
        "begin": _when(own[0]) if own else "",
        "end": _when(own[-1]) if own else "",
    }


def _across(frames: list[Frame], result: VideoResult) -> list[tuple[Frame, float]]:
    """Return each frame with its place from left to right: by time, else by its number."""
    times = [one.time_s for one in result.frames]
    if any(time is None for time in times):
        places = [float(one.slot) for one in frames]
        first, last = 0.0, float(max((one.slot for one in result.frames), default=0))
    else:
        known = [float(time) for time in times if time is not None]
        places = [float(one.time_s or 0.0) for one in frames]
        first, last = min(known, default=0.0), max(known, default=0.0)
    span = last - first
    where = [50.0 if span <= 0 else 2 + 96 * (place - first) / span for place in places]
    return [(one, round(across, 2)) for one, across in zip(frames, where, strict=True)]


def _dot(
    frame: Frame,
    across: float,
    line: Scale,
    ends: tuple[float, float],
    threshold: float,
    picture: Picture,
) -> dict[str, Any]:
    assert frame.score is not None
    is_real = frame.score > threshold
    is_known = frame.score >= ends[1] if is_real else frame.score <= ends[0]
    return {
        "name": f"frame-{frame.person}-{frame.slot}",
        "left": across,
        "top": round(100 - line.place(frame.score), 2),
        "side": ("real" if is_real else "fake") if is_known else "not-known",
        "score": words.number(frame.score),
        "when": _when(frame),
        "predicted": frame.predicted or "",
        "picture": picture(frame),
    }


def _when(frame: Frame) -> str:
    if frame.time_s is not None:
        minutes, seconds = divmod(frame.time_s, 60)
        return f"{int(minutes)}:{seconds:05.2f}" if minutes else f"{seconds:.2f} s"
    return (
        f"frame {frame.frame}" if frame.frame is not None else f"frame asked for {frame.slot + 1}"
    )
