"""What is shown of an examined file, as rows."""

from deepfake_attribution.analyse.amounts import counted, noun
from deepfake_attribution.analyse.examination.content import Examination
from deepfake_attribution.analyse.examination.facts import Container, Source, Track

SHA256 = "SHA-256"
LONG = 96  # characters of a value; two lines


def rows(content: Examination) -> list[tuple[str, str]]:
    """Return label and value of everything that is known of a file, the hash first."""
    source, container = content.source, content.source.container
    found = [
        (SHA256, source.sha256 or f"not known: {source.problem}"),
        ("size", _size(source)),
        ("path", content.path),
        ("container", _container(container) if container else _unopened(source)),
        *(_film(container, source.kind == "image") if container else []),
        ("sound", _sound(container) if container and source.kind == "video" else ""),
        ("encoders and tools", _listed(content.encoders, container)),
        ("created", _listed(content.created, container)),
        ("camera", "; ".join(content.devices)),
        ("frames read", f"{content.read} of {content.asked} that were asked for"),
    ]
    return [(label, _cut(value)) for label, value in found if value]


def _size(source: Source) -> str:
    if source.bytes is None:
        return ""
    files = ""
    if source.kind == "folder":
        files = f" in {counted(source.files, 'file')}; hash of their list"
    return f"{source.bytes:,} {noun(source.bytes, 'byte')}{files}"


def _unopened(source: Source) -> str:
    return "" if source.sha256 is None else source.problem or "not opened"


def _container(container: Container) -> str:
    length = "" if container.duration_s is None else f", {container.duration_s:.3f} s"
    rate = "" if not container.bit_rate else f", {container.bit_rate / 1000:,.0f} kbit/s"
    return f"{container.format_name or container.format}{length}{rate}"


def _film(container: Container, is_still: bool) -> list[tuple[str, str]]:
    film = container.film_track
    if film is None:
        return [("picture", "no track with moving pictures")]
    parts = [film.codec_name or film.codec, film.profile, film.tag and f"'{film.tag}'"]
    size = f"{film.width} x {film.height}" if film.width else ""
    picture = ", ".join(filter(None, [*parts, size, film.pixels]))
    return [("picture", picture), ("frame rate", "" if is_still else _rate(container, film))]


def _rate(container: Container, film: Track) -> str:
    packets = container.packets
    rate = "" if film.rate is None else f"{film.rate:g} per second"
    if packets is None:
        return rate
    count = f"{packets.count:,}" if packets.all else f"more than {packets.count:,}"
    frames = noun(packets.count if packets.all else 0, "frame")
    keys = f"{packets.key:,} {noun(packets.key, 'key frame')}"
    return ", ".join(filter(None, [rate, f"{count} {frames} stored, {keys}"]))


def _sound(container: Container) -> str:
    tracks = [one for one in container.tracks if one.kind == "audio"]
    if not tracks:
        return "none"
    first = tracks[0]
    rate = "" if first.rate is None else f"{first.rate:g} Hz"
    channels = "" if first.channels is None else f"{first.channels} channels"
    length = "" if first.duration_s is None else f"{first.duration_s:.3f} s"
    others = f"{len(tracks)} tracks" if len(tracks) > 1 else ""
    parts = [first.codec_name or first.codec, rate, channels, length, others]
    return ", ".join(filter(None, parts))


def _listed(names: list[str], container: Container | None) -> str:
    if container is None:
        return ""
    return "; ".join(names) or "not named"


def _cut(value: str) -> str:
    return value if len(value) <= LONG else f"{value[: LONG // 2 - 3]} ... {value[3 - LONG // 2 :]}"
