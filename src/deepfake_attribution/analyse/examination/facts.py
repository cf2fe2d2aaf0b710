"""What can be read of a file before anybody judges its pictures; no guess."""

from typing import Literal

from pydantic import Field

from deepfake_attribution.core.params import Strict

Kind = Literal["video", "image", "folder", "none"]


class Track(Strict):
    """A track as the container's header describes it; null or empty: it does not say.

    Attributes:
        number: in the file, from 0.
        kind: ``video``, ``audio``, ``subtitle``, ``data``, ...
        codec: FFmpeg's name; ``codec_name`` is the long one.
        profile: of the codec.
        tag: four characters that the container gives the codec.
        width, height: of the stored pictures, in pixels.
        pixels: FFmpeg's name of the pixel format.
        rate: frames per second (mean), or samples per second of sound.
        channels: of sound.
        duration_s, start_s: in seconds.
        bit_rate: bits per second.
        frames: number of frames that the header names.
        tags: key -> value.
    """

    number: int
    kind: str
    codec: str = ""
    codec_name: str = ""
    profile: str = ""
    tag: str = ""
    width: int | None = None
    height: int | None = None
    pixels: str = ""
    rate: float | None = None
    channels: int | None = None
    duration_s: float | None = None
    start_s: float | None = None
    bit_rate: int | None = None
    frames: int | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class Packets(Strict):
    """The packets of the film's track, which hold its frames; counted without decoding.

    Attributes:
        count: packets that were read.
        all: whether these are all; reading stops at a limit.
        key: key frames among them.
        left_out: packets that an edit list tells players not to show.
        shortest_s, longest_s: time from one frame to the next; null: there are no times.
    """

    count: int
    all: bool
    key: int
    left_out: int
    shortest_s: float | None
    longest_s: float | None


class EditList(Strict):
    """What the edit list of an MP4 or QuickTime file changes.

    Attributes:
        start_s, stored_start_s: of the film with the list, and without it.
        duration_s, stored_duration_s: the same for its length.
    """

    start_s: float | None
    stored_start_s: float | None
    duration_s: float | None
    stored_duration_s: float | None


class Container(Strict):
    """What PyAV (FFmpeg) reads of the container.

    Attributes:
        format, format_name: FFmpeg's short and long name.
        duration_s, start_s: in seconds.
        bit_rate: bits per second.
        tags: key -> value, of the whole file.
        tracks: all of them.
        film: number of the track that was judged; null: there is none.
        packets: of the film; null: not read.
        edit_list: null: there is none, or it changes nothing.
        in_pictures: names of encoders that are written into the first packets of the film.
        ffmpeg: version of the library (libavformat) that read it.
    """

    format: str
    format_name: str
    duration_s: float | None
    start_s: float | None
    bit_rate: int | None
    tags: dict[str, str]
    tracks: list[Track]
    film: int | None
    packets: Packets | None = None
    edit_list: EditList | None = None
    in_pictures: list[str] = Field(default_factory=list)
    ffmpeg: str = ""

    @property
    def film_track(self) -> Track | None:
        """The track that was judged."""
        return next((one for one in self.tracks if one.number == self.film), None)

    @property
    def is_mp4(self) -> bool:
        """Whether it is MP4 or QuickTime, which may have an edit list."""
        return bool({"mov", "mp4"} & set(self.format.split(",")))


class Source(Strict):
    """The file that was examined.

    Attributes:
        kind: ``none``: there is no such file.
        bytes: size; of a folder the sum.
        sha256: of the file; of a folder, of the list that ``sha256sum`` would print for its files,
            in order of their names. Null: it could not be read.
        files: how many files a folder holds; 1 for a file.
        container: null: PyAV could not open it, or it is a folder.
        problem: why there is no hash or no container; else empty.
    """

    kind: Kind
    bytes: int | None = None
    sha256: str | None = None
    files: int = 0
    container: Container | None = None
    problem: str = ""
