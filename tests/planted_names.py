"""Files of a dataset and a head that params.yaml no longer names: no stage may read them."""

import shutil
from pathlib import Path

KINDS = ("data", "models", "metrics")


def plant(folder: Path) -> set[str]:
    """Copy every file of a dataset and of a head under other names; return the copies' places."""
    return {*_copies(folder, "tiny", "gone"), *_copies(folder, "arcface", "old")}


def _copies(folder: Path, name: str, other: str) -> set[str]:
    places = set()
    for path in [path for kind in KINDS for path in (folder / kind).rglob("*") if path.is_file()]:
        parts = path.relative_to(folder).parts
        own = [part.replace(name, other) if _is_named(part, name) else part for part in parts]
        if own != [*parts]:
            place = folder.joinpath(*own)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
            places.add(str(place.relative_to(folder)))
    return places


def _is_named(part: str, name: str) -> bool:
    return part.split(".")[0].split("-")[0] == name
