"""Profiles: named sets of settings, written into params.yaml with its comments kept."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from deepfake_attribution.cli.all_settings import check
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read

FOLDER = Path("profiles")
BASE = "demo"  # the whole set; every other profile holds only what differs
EXTENDS = "extends"  # key of a profile: another one that it takes everything else from
# Sections that list things: a profile's own list takes the place of the demo's.
LISTS = ("rendered", "datasets", "databases")


def names(folder: Path = FOLDER) -> list[str]:
    """Return the names of all profiles."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def own_datasets(settings: Mapping[str, Any], folder: Path = FOLDER) -> dict[str, Any]:
    """Return the datasets of ``settings`` that no profile names: the user wrote them there."""
    listed = settings.get("datasets")
    shipped = {
        one for name in names(folder) for one in read(folder / f"{name}.yaml").get("datasets") or {}
    }
    return {
        name: value
        for name, value in (listed if isinstance(listed, dict) else {}).items()
        if name not in shipped
    }


def profile(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Return the whole settings of one profile; see `stacked`."""
    return stacked([name], folder)


def stacked(chosen: Sequence[str], folder: Path = FOLDER) -> dict[str, Any]:
    """Return whole settings: the demo's, changed by what the ``chosen`` profiles hold, in order.

    Raises:
        UserError: there is no such profile, or together they are no consistent set of settings.
    """
    settings = over({}, [BASE, *chosen], folder)
    check(settings, folder / " + ".join(f"{name}.yaml" for name in chosen))
    return settings


def over(settings: dict[str, Any], chosen: Sequence[str], folder: Path = FOLDER) -> dict[str, Any]:
    """Return ``settings`` changed by what the ``chosen`` profiles hold, later ones over earlier.

    A profile with the key ``extends`` changes what that other profile has changed.

    Raises:
        UserError: there is no such profile.
    """
    changed = dict(settings)
    for name in chosen:
        if not (folder / f"{name}.yaml").is_file():
            known = ", ".join(names(folder)) or f"none: is there a folder {folder}/ here?"
            raise UserError(f"no profile '{name}'; there are: {known}")
        for own in _layers(name, folder, ()):
            for section, value in own.items():
                whole = section in LISTS
                changed[section] = value if whole else _merged(changed.get(section), value)
    return changed


def _layers(name: str, folder: Path, above: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return what a profile holds, after what those hold that it extends; the demo is left out."""
    path = folder / f"{name}.yaml"
    if name in above or not path.is_file():
        told = "which extends it in turn" if name in above else "which is not there"
        raise UserError(f"{folder / above[-1]}.yaml: {EXTENDS}: it extends '{name}', {told}")
    own = read(path)
    base = str(own.pop(EXTENDS, BASE))
    below = [] if base == BASE else _layers(base, folder, (*above, name))
    return [*below, own]


def restrict(settings: dict[str, Any], keep: Sequence[str]) -> dict[str, Any]:
    """Return ``settings`` with only the datasets that ``keep`` names, wherever they are named.

    Raises:
        UserError: a name is unknown, none of the datasets is trained on, or one is tested with
            the reals of another that is left out.
    """
    for name in keep:
        if name not in settings["datasets"]:
            raise UserError(
                f"no dataset '{name}' in this profile; it has {', '.join(settings['datasets'])}"
            )
    kept = dict(settings)
    for section in ("rendered", "datasets"):
        kept[section] = {name: value for name, value in settings[section].items() if name in keep}
    trained = [name for name in settings["superset"]["datasets"] if name in keep]
    if not trained:
        wanted = ", ".join(settings["superset"]["datasets"])
        raise UserError(f"nothing to train on is left: keep at least one of {wanted}")
    kept["superset"] = settings["superset"] | {"datasets": trained}
    rows = settings["databases"]
    for name, source in rows["reals_from"].items():
        if name in keep and source not in keep:
            raise UserError(f"{name} is tested with the reals of {source}: name {source}, too")
    for name in keep:
        lists = settings["datasets"][name].get("splits_from", name)
        if lists not in keep:
            raise UserError(f"{name} takes its splits from {lists}: name {lists}, too")
    families = {
        family: [name for name in members if name in keep]
        for family, members in rows["families"].items()
    }
    families = {family: members for family, members in families.items() if members}
    kept["databases"] = {
        "reals_from": {name: s for name, s in rows["reals_from"].items() if name in keep},
        "families": families,
        "published": {
            row: column
            for row, column in rows["published"].items()
            if row in keep or row in families
        },
    }
    return kept


def write(settings: Mapping[str, Any], path: Path) -> list[str]:
    """Write ``settings`` into the file at ``path``; its comments stay. Return what changed.

    Each section is rewritten apart, so that a comment before the next one is not lost with what
    stood above it.
    """
    if path.exists():
        read(path)  # what is no YAML is said with the file's own line numbers
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    chunks = _chunks(text)
    changed: list[str] = []
    written: list[str] = []
    for name, chunk in chunks.items():
        if name in settings or not name:
            written.append(_rewritten(chunk, name, settings, changed))
        else:
            changed.append(name)
    for name in settings:
        if name not in chunks:
            written.append(_rewritten("", name, settings, changed))
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text("".join(written), encoding="utf-8")
    temporary.replace(path)
    return changed


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {key: _merged(old.get(key), value) for key, value in new.items()}


def _chunks(text: str) -> dict[str, str]:
    """Return the text of each top-level key with the comments before it; '' is what is above."""
    chunks: dict[str, str] = {}
    waiting, name = "", ""
    for line in text.splitlines(keepends=True):
        key = re.match(r"([A-Za-z_]\w*):", line)
        if key:
            name = key.group(1)
            chunks[name], waiting = waiting + line, ""
        elif (line.lstrip().startswith("#") and not line[0].isspace()) or not line.strip():
            waiting += line
        else:
            chunks[name] = chunks.get(name, "") + waiting + line
            waiting = ""
    return chunks | {name: chunks.get(name, "") + waiting} if waiting else chunks


def _rewritten(chunk: str, name: str, settings: Mapping[str, Any], changed: list[str]) -> str:
    if not name:
        return chunk
    yaml = YAML()
    yaml.width = 100
    body = re.search(rf"^{name}:.*", chunk, re.MULTILINE | re.DOTALL)
    tree = yaml.load(body.group()) if body else {}
    before = len(changed)
    if name in tree and isinstance(tree[name], dict) and isinstance(settings[name], dict):
        _update(tree[name], settings[name], name, changed)
    elif name not in tree or tree[name] != settings[name]:
        tree[name] = settings[name]
        changed.append(name)
    if len(changed) == before:
        return chunk  # to the letter
    stream = StringIO()
    yaml.dump(tree, stream)
    # What stands above the key is kept to the letter: a dump would drop its blank lines.
    return (chunk[: body.start()] if body else "") + stream.getvalue()


def _update(tree: Any, wanted: Mapping[str, Any], where: str, changed: list[str]) -> None:
    """Make the mapping ``tree`` equal ``wanted``, touching only what differs."""
    for key in [key for key in tree if key not in wanted]:
        del tree[key]
        changed.append(f"{where}.{key}")
    for key, value in wanted.items():
        if key in tree and isinstance(tree[key], dict) and isinstance(value, dict) and value:
            _update(tree[key], value, f"{where}.{key}", changed)
        elif key not in tree or tree[key] != value:
            tree[key] = value
            changed.append(f"{where}.{key}")
