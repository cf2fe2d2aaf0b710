"""Profiles: named sets of settings, written into params.yaml with its comments kept."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deepfake_attribution.cli.all_settings import check
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read

FOLDER = Path("profiles")
BASE = "demo"  # the complete settings; every other profile contains only differences
EXTENDS = "extends"  # key of a profile: the profile that it is based on
# Sections that are lists: a profile's own list replaces the demo's.
LISTS = ("rendered", "datasets", "databases")


def names(folder: Path = FOLDER) -> list[str]:
    """Return the names of all profiles."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def shipped(folder: Path = FOLDER) -> set[str]:
    """Return the names of the datasets that a profile has."""
    return {
        one for name in names(folder) for one in read(folder / f"{name}.yaml").get("datasets") or {}
    }


def own_datasets(settings: Mapping[str, Any], folder: Path = FOLDER) -> dict[str, Any]:
    """Return the datasets of ``settings`` that no profile has: the user added them."""
    listed = settings.get("datasets")
    theirs = shipped(folder)
    return {
        name: value
        for name, value in (listed if isinstance(listed, dict) else {}).items()
        if name not in theirs
    }


def profile(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Return the whole settings of one profile; see `stacked`."""
    return stacked([name], folder)


def stacked(chosen: Sequence[str], folder: Path = FOLDER) -> dict[str, Any]:
    """Return complete settings: the demo's, changed by the ``chosen`` profiles in order.

    Raises:
        UserError: there is no such profile, or together their settings are inconsistent.
    """
    settings = over({}, [BASE, *chosen], folder)
    check(settings, folder / " + ".join(f"{name}.yaml" for name in chosen))
    return settings


def over(settings: dict[str, Any], chosen: Sequence[str], folder: Path = FOLDER) -> dict[str, Any]:
    """Return ``settings`` changed by the ``chosen`` profiles; later ones override earlier ones.

    A profile with the key ``extends`` is applied after the profile that it extends.

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
            if "datasets" in own and "databases" not in own:
                changed["databases"] = _of_datasets(changed.get("databases"), own["datasets"])
    return changed


def _of_datasets(rows: Any, datasets: Any) -> Any:
    """Return section ``databases`` of the profile below, without marks on datasets that are gone.

    What is not as expected is left to `check`.
    """
    if not isinstance(rows, dict) or not isinstance(rows.get("compared_on"), list):
        return rows
    return rows | {
        "compared_on": [name for name in rows["compared_on"] if name in (datasets or ())]
    }


def _layers(name: str, folder: Path, above: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the contents of a profile and, before it, of those that it extends; not the demo's."""
    path = folder / f"{name}.yaml"
    if name in above or not path.is_file():
        why = "which extends it in turn" if name in above else "which does not exist"
        raise UserError(f"{folder / above[-1]}.yaml: {EXTENDS}: it extends '{name}', {why}")
    own = read(path)
    base = str(own.pop(EXTENDS, BASE))
    below = [] if base == BASE else _layers(base, folder, (*above, name))
    return [*below, own]


def restrict(settings: dict[str, Any], keep: Sequence[str]) -> dict[str, Any]:
    """Return ``settings`` with only the datasets in ``keep``, in all sections.

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
            protocol: kept_rows
            for protocol, compared in rows["published"].items()
            if (
                kept_rows := {
                    database: row
                    for database, row in compared.items()
                    if row in keep or row in families
                }
            )
        },
        "compared_on": [name for name in rows["compared_on"] if name in keep],
    }
    return kept


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {key: _merged(old.get(key), value) for key, value in new.items()}
