"""Encoders, dates and traces of editing that a container shows: facts in sentences, no guess."""

from deepfake_attribution.analyse.examination.facts import Container, Source, Track

TOOLS = (
    *("encoder", "software", "tool", "encoding_tool", "writing_application"),
    *("com.apple.quicktime.software", "com.android.version"),
)
CREATED = ("creation_time", "date", "com.apple.quicktime.creationdate", "datetime")
DEVICE = ("make", "model", "com.apple.quicktime.make", "com.apple.quicktime.model")
APART = 0.1  # seconds between the lengths of picture and sound that are worth a line
UNEVEN = 1.5  # a longest step of so many times the shortest is a variable frame rate


def encoders(container: Container) -> list[str]:
    """Return the names of encoders and tools, each with the place that holds it."""
    found = _tags(container, TOOLS)
    found += [(name, "in the pictures' data") for name in container.in_pictures]
    return _joined(found)


def created(container: Container) -> list[str]:
    """Return the dates of creation, each with the place that holds it."""
    return _joined(_tags(container, CREATED))


def devices(container: Container) -> list[str]:
    """Return the makes and models of cameras."""
    return _joined(_tags(container, DEVICE))


def traces(source: Source) -> list[str]:
    """Return what the container shows that editing can leave; each has ordinary causes, too."""
    container = source.container
    film = container.film_track if container else None
    if container is None or film is None or source.kind == "image":
        return []
    return [
        *_tools(container),
        *_dates(container),
        *_edits(container),
        *_cut(container, film),
        *_rate(container),
        *_sound(container, film),
        *_tracks(container, film),
    ]


def _tools(container: Container) -> list[str]:
    names = encoders(container)
    if not names:
        return ["No encoder or tool is named."]
    return [f"{len(names)} names of encoders or tools."] if len(names) > 1 else []


def _dates(container: Container) -> list[str]:
    dates = {value for value, _ in _tags(container, CREATED)}
    if not dates:
        return ["No date of creation."]
    return [f"{len(dates)} different dates of creation."] if len(dates) > 1 else []


def _edits(container: Container) -> list[str]:
    lines = []
    edit, packets = container.edit_list, container.packets
    if edit is not None:
        lines.append(
            f"Edit list: the film starts at {_time(edit.start_s)} and lasts "
            f"{_time(edit.duration_s)}; without the list {_time(edit.stored_start_s)} and "
            f"{_time(edit.stored_duration_s)}."
        )
    if packets is not None and packets.left_out:
        lines.append(
            f"The edit list hides {packets.left_out} of the {packets.count} stored frames."
        )
    return lines


def _cut(container: Container, film: Track) -> list[str]:
    """Say that frames are missing; other containers than MP4 count what has no packet, too."""
    packets = container.packets
    if packets is None or not packets.all or not container.is_mp4:
        return []
    if packets.count >= (film.frames or 0):
        return []
    there = "is" if packets.count == 1 else "are"
    return [
        f"The header names {film.frames} frames; {packets.count} {there} there: the file may be "
        "cut short."
    ]


def _rate(container: Container) -> list[str]:
    packets = container.packets
    if packets is None or packets.shortest_s is None or packets.longest_s is None:
        return []
    if packets.longest_s <= UNEVEN * packets.shortest_s:
        return []
    return [
        f"Variable frame rate: {1000 * packets.shortest_s:.1f} to {1000 * packets.longest_s:.1f} "
        "ms from frame to frame."
    ]


def _sound(container: Container, film: Track) -> list[str]:
    sound = [one for one in container.tracks if one.kind == "audio"]
    if not sound:
        return ["No sound."]
    own, other = film.duration_s, sound[0].duration_s
    if own is None or other is None or abs(own - other) <= APART:
        return []
    return [f"Picture and sound differ in length: {_time(own)} and {_time(other)}."]


def _tracks(container: Container, film: Track) -> list[str]:
    others = [one for one in container.tracks if one is not film and one.kind != "audio"]
    if not others:
        return []
    kinds = ", ".join(f"{one.kind} (number {one.number})" for one in others)
    return [f"Further tracks: {kinds}."]


def _tags(container: Container, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the values of tags with one of these names, and where they are."""
    places = [("the file", container.tags)]
    places += [(f"track {one.number} ({one.kind})", one.tags) for one in container.tracks]
    return [
        (value, place)
        for place, tags in places
        for name, value in tags.items()
        if name.lower() in names and value.strip()
    ]


def _joined(found: list[tuple[str, str]]) -> list[str]:
    """Return every value once, with all its places."""
    places: dict[str, list[str]] = {}
    for value, place in found:
        places.setdefault(value, []).append(place)
    return [f"{value} ({', '.join(own)})" for value, own in places.items()]


def _time(seconds: float | None) -> str:
    return "an unknown time" if seconds is None else f"{seconds:.3f} s"
