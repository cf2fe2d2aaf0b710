"""Open a video file and decode all its frames in order, with damage that the decoder reports."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from deepfake_attribution.frames import dolby_vision
from deepfake_attribution.frames.beginnings import HEAD, why_no_video
from deepfake_attribution.frames.track_choice import Track, choose

LISTS = {"concat", "dash", "hls", "imf", "rtsp", "sdp"}  # they name other files or machines
FORMATS = ",".join(sorted(av.formats_available - LISTS))
TOO_LONG = "took longer than extract.max_seconds"


class UnreadableError(Exception):
    """No frame of the video can be decoded; the message is the reason."""


class TooLongError(UnreadableError):
    """The film is longer than wanted."""


class Limit:
    """How much wall-clock time a video may take."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._begun = clock()

    def check(self) -> None:
        """Do nothing while there is time.

        Raises:
            UnreadableError: the time is over.
        """
        if self._clock() - self._begun > self._seconds:
            raise UnreadableError(too_long(self._seconds))


def too_long(seconds: float) -> str:
    """Return the reason of a video that took more than ``seconds``."""
    return f"{TOO_LONG} = {seconds:g}"


NO_LIMIT = Limit(math.inf)


@dataclass(frozen=True)
class Decoded:
    """A frame as the decoder gave it: half the memory of its picture in RGB.

    Attributes:
        number: of the frame, from 0.
        content: its picture, not turned, in the video's own colours.
        broken: number of the damaged frame that it was predicted from, or its own; -1: none.
    """

    number: int
    content: "av.VideoFrame"
    broken: int


def open_video(path: Path) -> "av.container.InputContainer":
    """Open the file at ``path`` for reading, to be decoded in one thread.

    Raises:
        UnreadableError: it is not a video that FFmpeg reads.
        OSError: it is not there any more.
    """
    _check_beginning(path)
    try:
        # As a file whatever its name: "concat:a.mp4" would be a command to FFmpeg.
        options = {"format_whitelist": FORMATS}
        container = av.open(f"file:{path}", metadata_errors="replace", options=options)
    except (av.error.FFmpegError, OSError) as error:
        raise UnreadableError(words(error)) from None
    try:
        stream = video_stream(container)
        if reason := dolby_vision.why_not(container, stream):
            raise UnreadableError(reason)
        stream.codec_context.thread_count = 1  # one process per core instead
    except UnreadableError:
        container.close()
        raise
    return container


def _check_beginning(path: Path) -> None:
    """Raise as `open_video` for a file that is surely no video, or is not there any more."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError:
        raise
    except OSError:  # FFmpeg's message will be the reason
        return
    if reason := why_no_video(head):
        raise UnreadableError(reason)


def video_stream(container: "av.container.InputContainer") -> "av.VideoStream":
    """Return the stream of the main track; raises as `main_track`."""
    return main_track(container).stream


def main_track(container: "av.container.InputContainer") -> Track:
    """Return the track that holds the film.

    Raises:
        UnreadableError: there is none, or its encoding is unknown.
    """
    found = choose(container.streams.video)
    if found is None:
        raise UnreadableError("the file has no picture, only sound or data")
    if found.stream.codec_context is None:
        raise UnreadableError("FFmpeg does not know how the picture is encoded")
    return found


def frames_of(
    container: "av.container.InputContainer", limit: Limit = NO_LIMIT
) -> Iterator[Decoded]:
    """Yield all frames in the order they are shown.

    The decoder marks the frame in which it repaired something (not for every codec), but not
    those that are predicted from it, up to the next key frame. Where the file breaks off, frames
    end.

    Raises:
        UnreadableError: ``limit`` is over; it is checked before each packet.
    """
    packets = container.demux(video_stream(container))
    number, broken, lost = 0, -1, False
    while True:
        limit.check()
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:  # the frames before it are used
            return
        try:
            decoded = packet.decode()
        except av.error.FFmpegError:  # a frame is lost; the caller notices by the count
            lost = True
            continue
        for frame in decoded:
            if frame.key_frame:
                broken = -1
            if frame.is_corrupt or (lost and not frame.key_frame):
                broken = number
            lost = False
            yield Decoded(number, frame, broken)
            number += 1


def words(error: Exception) -> str:
    """Return FFmpeg's message for an error."""
    text = getattr(error, "strerror", None) or str(error)
    return f"FFmpeg: {text}"
