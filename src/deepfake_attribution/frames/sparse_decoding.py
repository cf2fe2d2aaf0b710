"""Decode some frames of a video, and only those others that they are predicted from.

In a usual file nine tenths of the frames are not asked for. No other frame is predicted from half
of these (B-frames): their packets are not decoded. Nor are the packets between the last wanted
frame of a group of pictures and the next picture that is decoded alone.

The result is that of decoding all frames, bit by bit. So anything that might change it is refused
(`RefusedError`) and left to `decoding.frames_of`: a codec whose packets `packet_kinds` does not
read, hidden frames, times that do not order the packets, fields, any sign of damage, a frame that
does not come where its packet was given. Damage inside packets that are not decoded is ignored: it
changes no pixel of a wanted frame.

Packets are left out instead of passed with FFmpeg's `skip_frame`: the decoder's work is the same,
and the frames to expect are known in advance and compared.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import av

from deepfake_attribution.frames.decoding import (
    Decoded,
    Limit,
    UnreadableError,
    open_video,
    video_stream,
    words,
)
from deepfake_attribution.frames.film_length import FilmLength
from deepfake_attribution.frames.packet_kinds import Kind, Need, reader

HELD = 64_000_000  # bytes of packets that are kept, so that a file is read once
DEEPEST = 16  # frames that a decoder of H.264 or H.265 can hold back


class RefusedError(UnreadableError):
    """Some frames alone might come out differently; the message is the reason."""


@dataclass
class Survey:
    """The packets of a video in the order of decoding, without those that are empty.

    Attributes:
        count: frames that are shown. It is not taken from headers: with an edit list, packets are
            read and marked as not to be shown.
        times: of each packet, in ticks of the stream.
        kinds: what each is needed for.
        depth: how many frames the decoder holds back to put them in order.
        refused: why no packet may be left out; empty if there is no reason known.
        held: the packets, None where they are more than `HELD` bytes.
    """

    count: int = 0
    times: list[int] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    depth: int = 0
    refused: str = ""
    held: "list[av.Packet] | None" = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """Which packets are decoded.

    Attributes:
        groups: for each group of pictures with a wanted frame, the places of the packets to decode.
        times: of each packet of the video.
        numbers: of the wanted frames, by their times.
        depth: as in the survey.
    """

    groups: list[list[int]]
    times: list[int]
    numbers: dict[int, int]
    depth: int


def survey(
    container: "av.container.InputContainer", limit: Limit, minutes: float = math.inf
) -> Survey:
    """Read all packets of an open video.

    Raises:
        TooLongError: the film lasts more than ``minutes``, by its packets: headers may be wrong.
        UnreadableError: the packets cannot be read, or ``limit`` is over.
    """
    stream = video_stream(container)
    context = stream.codec_context
    read = reader(context.name, context.extradata)
    found = Survey(depth=context.reorder_depth)
    if read is None:
        found.refused, found.held = f"packets of {context.name} are not understood here", None
    size, length = 0, FilmLength(stream, minutes)
    try:
        for packet in container.demux(stream):
            limit.check()
            if not packet.size:
                continue
            found.count += not packet.is_discard
            length.add(packet)
            if read is None or found.refused:
                continue
            kind = read(memoryview(packet))
            if kind is None or packet.is_discard or packet.is_corrupt or packet.pts is None:
                found.refused = "a packet is hidden, damaged, unusual or has no time"
                found.held = None
                continue
            found.times.append(packet.pts)
            found.kinds.append(kind)
            size += packet.size
            if size > HELD:
                found.held = None
            if found.held is not None:
                found.held.append(packet)
    except av.error.FFmpegError as error:
        raise UnreadableError(words(error)) from None
    return found


def plan(found: Survey, numbers: Sequence[int]) -> Plan:
    """Return which packets to decode for the frames ``numbers``, counted as they are shown.

    Args:
        found: the survey of the packets.
        numbers: of the wanted frames, from 0.

    Raises:
        RefusedError: the result might differ from that of decoding all frames.
    """
    if found.refused:
        raise RefusedError(found.refused)
    times, kinds = found.times, found.kinds
    if not kinds or kinds[0].need is not Need.START:
        raise RefusedError("the first picture does not stand alone")
    if len(set(times)) < len(times):
        raise RefusedError("two packets have the same time")
    if _held_back(times) > found.depth:
        raise RefusedError("the decoder would have to guess the order")
    starts = [place for place, kind in enumerate(kinds) if kind.need is Need.START]
    if len({kinds[place].settings for place in starts}) > 1 or any(
        kind.settings for kind in kinds if kind.need is not Need.START
    ):
        raise RefusedError("the decoder's settings change on the way")
    groups = [range(*ends) for ends in pairwise([*starts, len(kinds)])]
    for before, after in pairwise(groups):
        if max(times[place] for place in before) > min(times[place] for place in after):
            raise RefusedError("groups of pictures overlap")
    shown = sorted(times)
    wanted = {shown[number]: number for number in numbers}
    chosen = [_needed(group, found, wanted) for group in groups]
    return Plan([group for group in chosen if group], times, wanted, found.depth)


def _held_back(times: Sequence[int]) -> int:
    """Return how many packets at most precede one that is shown before them, or over `DEEPEST`."""
    most, later = 0, list[int]()
    for time in times:
        later = [other for other in later if other > time]
        most = max(most, len(later))
        if most > DEEPEST:
            break
        later.append(time)
    return most


def _needed(group: Iterable[int], found: Survey, wanted: dict[int, int]) -> list[int]:
    """Return a group's packets up to its last wanted one, without those that no other needs."""
    needed: list[int] = []
    last = 0
    for place in group:
        if found.times[place] in wanted:
            needed.append(place)
            last = len(needed)
        elif found.kinds[place].need is not Need.NOTHING:
            needed.append(place)
    return needed[:last]


def read_at(path: Path, chosen: Plan, limit: Limit) -> Iterator[Decoded]:
    """Yield what `frames_at` does, from the packets of the file at ``path``."""
    with open_video(path) as container:
        packets = container.demux(video_stream(container))
        yield from frames_at(container, packets, chosen, limit)


def frames_at(
    container: "av.container.InputContainer",
    packets: "Iterable[av.Packet]",
    chosen: Plan,
    limit: Limit,
) -> Iterator[Decoded]:
    """Yield the frames that ``chosen`` wants, as `decoding.frames_of` gives them.

    Args:
        container: the open video.
        packets: all of it, in the order of decoding.
        chosen: made from a survey of the same file.
        limit: is checked before each packet.

    Raises:
        RefusedError: a sign that a decode of all frames might give something else, before or
            after what was yielded.
        UnreadableError: ``limit`` is over.
    """
    stream = video_stream(container)
    whole = enumerate(packet for packet in packets if packet.size)
    for group in chosen.groups:
        due = iter(sorted(chosen.times[place] for place in group))
        for frame in _decode(stream, whole, group, chosen, limit):
            if frame.pts != next(due, None):
                raise RefusedError("a frame came in another place than its packet's")
            if frame.is_corrupt or frame.interlaced_frame:
                raise RefusedError("a frame is damaged, or made of two fields")
            if frame.pts in chosen.numbers:
                yield Decoded(chosen.numbers[frame.pts], frame, broken=-1)
        if next(due, None) is not None:
            raise RefusedError("a packet gave no frame")


def _decode(
    stream: "av.VideoStream",
    whole: "Iterator[tuple[int, av.Packet]]",
    group: Sequence[int],
    chosen: Plan,
    limit: Limit,
) -> "Iterator[av.VideoFrame]":
    """Yield the frames of the packets ``group``, and flush the decoder."""
    context = stream.codec_context
    try:
        for place in group:
            packet = _advance(whole, place, limit)
            if packet is None or packet.pts != chosen.times[place]:
                raise RefusedError("the file is not what it was")
            yield from packet.decode()
        for frame in context.decode(None):  # what it holds back
            frame.time_base = stream.time_base
            yield frame
    except av.error.FFmpegError as error:
        raise RefusedError(words(error)) from None
    context.flush_buffers()
    context.reorder_depth = chosen.depth  # the flush resets it


def _advance(
    whole: "Iterator[tuple[int, av.Packet]]", place: int, limit: Limit
) -> "av.Packet | None":
    for number, packet in whole:
        limit.check()
        if number == place:
            return packet
    return None
