"""Choose the track of a file that holds the film."""

from collections.abc import Sequence
from dataclasses import dataclass

import av
from av.stream import Disposition

STILLS = Disposition.attached_pic | Disposition.timed_thumbnails  # such as a sound file's cover
PREVIEW = 0.1  # a track that is this much shorter than the longest is not the film


@dataclass(frozen=True)
class Track:
    """The track that is read.

    Attributes:
        stream: its stream.
        note: which one of how many; empty if it is the only one.
    """

    stream: "av.VideoStream"
    note: str


def choose(streams: "Sequence[av.VideoStream]") -> Track | None:
    """Return the main one of a file's video tracks; None if there is no moving picture.

    Stills, and tracks far shorter than another, are left out. Of the others, as the ffmpeg command
    chooses: the default track, then the one with the largest picture; then the longest, then the
    one with the highest bit rate (a black track has a low one).
    """
    moving = [stream for stream in streams if not stream.disposition & STILLS]
    if not moving:
        return None
    lengths = {stream.index: _seconds(stream) for stream in moving}
    longest = max(lengths.values())
    films = [one for one in moving if not 0 < lengths[one.index] < PREVIEW * longest]
    best = max(films, key=lambda one: _rank(one, lengths[one.index]))
    note = ""
    if len(moving) > 1:
        note = f"it has {len(moving)} video tracks; number {moving.index(best) + 1} was read"
    return Track(best, note)


def _rank(stream: "av.VideoStream", seconds: float) -> tuple[float, ...]:
    context = stream.codec_context
    if context is None:  # it cannot be decoded
        return (0,)
    default = bool(stream.disposition & Disposition.default)
    return (1, default, context.width * context.height, seconds, context.bit_rate or 0)


def _seconds(stream: "av.VideoStream") -> float:
    """Return the duration of a track by its header; 0 if unknown."""
    rate = stream.average_rate or stream.base_rate
    if stream.frames and rate:
        return float(stream.frames / rate)
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    try:  # Matroska
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except (KeyError, ValueError):
        return 0.0
