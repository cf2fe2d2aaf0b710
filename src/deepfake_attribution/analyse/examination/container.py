"""Reads what a container says of itself, with PyAV; nothing is decoded."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import av

from deepfake_attribution.analyse.examination.facts import Container, EditList, Packets, Track
from deepfake_attribution.analyse.names import shown
from deepfake_attribution.frames.decoding import FORMATS, words
from deepfake_attribution.frames.track_choice import choose

PACKETS = 20_000  # that are read of the film: eleven minutes at 30 frames per second
FIRST = 3  # packets that are searched for the name of an encoder
LONGEST = 200  # characters of a tag
MOST = 40  # tags of a track
SAME = 0.001  # seconds: smaller differences are rounding
# Encoders write their names as text into the first packets, for example x264 as a message
NAMES = re.compile(rb"(x26[45] [ -~]{0,30}|Lavc[\d.]+|Lavf[\d.]+)")


def read(path: Path) -> Container:
    """Return what PyAV reads of the container at ``path``.

    Raises:
        ValueError: it cannot be opened; the message is FFmpeg's.
    """
    with _open(path) as container:
        film = choose(container.streams.video)
        number = None if film is None else film.stream.index
        found = Container(
            format=container.format.name,
            format_name=container.format.long_name or "",
            duration_s=_seconds(container.duration, 1 / av.time_base),
            start_s=_seconds(container.start_time, 1 / av.time_base),
            bit_rate=container.bit_rate or None,
            tags=_tags(container.metadata),
            tracks=[_track(stream) for stream in container.streams],
            film=number,
            ffmpeg=".".join(map(str, av.library_versions.get("libavformat", ()))),
        )
        if film is None:
            return found
        packets, named = _packets(container, film.stream)
    packets = _with_hidden(path, found, packets)
    changes = {"packets": packets, "in_pictures": named}
    return found.model_copy(update=changes | {"edit_list": _edit_list(path, found)})


def _open(path: Path, **options: str) -> Any:
    try:
        # As a file whatever its name; see `decoding.open_video`.
        chosen = {"format_whitelist": FORMATS} | options
        return av.open(f"file:{path}", metadata_errors="replace", options=chosen)
    except (av.error.FFmpegError, OSError) as error:
        raise ValueError(words(error)) from None


def _track(stream: Any) -> Track:
    context = stream.codec_context
    values: dict[str, Any] = {"number": stream.index, "kind": stream.type or "unknown"}
    values |= {"tags": _tags(stream.metadata)}
    base = stream.time_base
    if base:
        values["duration_s"] = _seconds(stream.duration, base)
        values["start_s"] = _seconds(stream.start_time, base)
    if context is None:
        return Track(**values)
    values |= {
        "codec": context.name or "",
        "codec_name": getattr(context.codec, "long_name", "") or "",
        "profile": shown(str(getattr(context, "profile", None) or "")),
        "tag": shown(str(getattr(context, "codec_tag", "") or "").strip("\0")),
        "bit_rate": getattr(context, "bit_rate", None) or None,
        "frames": stream.frames or None,
    }
    if stream.type == "video":
        rate = stream.average_rate
        values |= {"width": context.width, "height": context.height}
        values |= {"pixels": context.pix_fmt or "", "rate": round(float(rate), 4) if rate else None}
    if stream.type == "audio":
        values |= {"rate": float(context.sample_rate or 0) or None}
        values |= {"channels": context.channels or None}
    return Track(**values)


def _packets(container: Any, stream: Any) -> tuple[Packets, list[str]]:
    """Return the counts of a track's packets, and the names that its first ones hold."""
    count = key = left_out = 0
    whole, named = True, dict[str, None]()
    times = []
    try:
        for packet in container.demux(stream):
            if packet.size == 0:  # the end
                continue
            if count == PACKETS:
                whole = False
                break
            if count < FIRST:
                for name in NAMES.findall(bytes(packet)):
                    named[name.decode("ascii").strip(" -")] = None
            count += 1
            key += packet.is_keyframe
            left_out += packet.is_discard
            if packet.pts is not None and not packet.is_discard:
                times.append(packet.pts)
    except av.error.FFmpegError:
        whole = False
    base = float(stream.time_base) if stream.time_base else None
    times.sort()
    # the last ones lack neighbours that were not read
    steps = [after - before for before, after in pairwise(times if whole else times[:-32])]
    shortest, longest = (min(steps), max(steps)) if steps and base else (None, None)
    found = Packets(
        count=count,
        all=whole,
        key=key,
        left_out=left_out,
        shortest_s=_seconds(shortest, base or 1),
        longest_s=_seconds(longest, base or 1),
    )
    return found, list(named)


def _with_hidden(path: Path, found: Container, packets: Packets) -> Packets:
    """Return the counts with the packets that FFmpeg does not even read because of an edit list."""
    own = found.film_track
    if own is None or not found.is_mp4:
        return packets
    if not packets.all or packets.count >= (own.frames or 0):
        return packets
    try:
        with _open(path, ignore_editlist="1") as container:
            stored, _ = _packets(container, container.streams[own.number])
    except (ValueError, IndexError):
        return packets
    hidden = stored.count - packets.count
    if hidden <= 0:
        return packets
    changes = {"count": stored.count, "key": stored.key, "all": stored.all}
    return packets.model_copy(update=changes | {"left_out": packets.left_out + hidden})


def _edit_list(path: Path, found: Container) -> EditList | None:
    """Return what the edit list of the film changes, by opening the file without it."""
    own = found.film_track
    if own is None or not found.is_mp4:
        return None
    try:
        with _open(path, ignore_editlist="1") as container:
            stored = _track(container.streams[own.number])
    except (ValueError, IndexError):
        return None
    pairs = ((own.start_s, stored.start_s), (own.duration_s, stored.duration_s))
    if not any(_differ(*pair) for pair in pairs):
        return None
    return EditList(
        start_s=own.start_s,
        stored_start_s=stored.start_s,
        duration_s=own.duration_s,
        stored_duration_s=stored.duration_s,
    )


def _differ(one: float | None, other: float | None) -> bool:
    return abs((one or 0.0) - (other or 0.0)) > SAME


def _seconds(value: Any, base: Any) -> float | None:
    return None if value is None else round(float(value * base), 6)


def _tags(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return tags as text that can be shown, neither too long nor too many."""
    cut = sorted(metadata.items())[:MOST]
    return {shown(name[:LONGEST]): shown(value[:LONGEST]) for name, value in cut}
