"""Which experiments a plan consists of, and what each differs from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deepfake_attribution.analyse.bundle.approaches import of_head
from deepfake_attribution.cli import all_settings, profiles
from deepfake_attribution.cli.ablation.plan import Changes, Part, Plan
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, meant, validate
from deepfake_attribution.core.settings import Superset
from deepfake_attribution.evaluate.settings import Databases

Settings = dict[str, Any]
DIGEST = 8  # letters


@dataclass(frozen=True)
class Experiment:
    """One setting of everything, and the heads to train with it.

    Attributes:
        key: its name, for commands.
        title: its name, for people.
        settings: all sections.
        heads: to train and evaluate.
        base: key of the experiment that it is compared with; empty: none.
        lacks: whether it is the side without the part, and ``base`` the one with it.
    """

    key: str
    title: str
    settings: Settings
    heads: tuple[str, ...]
    base: str = ""
    lacks: bool = False


def recipes(plan: Plan, params: Settings, heads: list[str]) -> list[Experiment]:
    """Return the plan's recipes, each written over ``params``.

    Args:
        plan: names them.
        params: the content of params.yaml: its data, network and protocol stay.
        heads: to train.

    Raises:
        UserError: a head or a profile is unknown, or a profile does not fit the rest.
    """
    for head in heads:
        if head not in params["heads"]:
            raise UserError(
                f"ablation.yaml: '{head}' is none of params.yaml's heads: "
                f"{', '.join(params['heads'])}"
            )
    found = []
    for name, profile in plan.recipes.items():
        settings = profiles.over(params, [profile])
        all_settings.check(settings, profiles.FOLDER / f"{profile}.yaml over params.yaml")
        found.append(Experiment(name, f"{name} recipe", settings, tuple(heads)))
    return found


def parts(plan: Plan, params: Settings) -> list[Experiment]:
    """Return the ablation's recipes, each followed by what it becomes with a part more or less.

    Of the two sides of a part, with it and without it, one is an experiment that is there already,
    the other one is new, and is compared with that one. A part that rests on another (pairs on
    balanced batches) has neither side in the recipe itself: it is added to the other one.

    Raises:
        UserError: a part cannot be reached in this way, changes nothing, or names settings that
            are not there; a head or an approach is unknown.
    """
    found = []
    members = recipes(plan, params, list(plan.ablation.readings))
    for head, approach in plan.ablation.readings.items():
        known = [one.name for one in of_head(head)]
        if approach not in known:
            raise UserError(
                f"ablation.yaml: ablation.readings.{head}: '{approach}' is none of its approaches: "
                f"{', '.join(known)}"
            )
    for recipe in members:
        if recipe.key not in plan.ablation.recipes:
            continue
        there = [recipe]
        waiting = {
            name: part
            for name, part in plan.ablation.parts.items()
            if not part.recipes or recipe.key in part.recipes
        }
        while waiting:
            ready = [name for name, part in waiting.items() if _step(there, recipe, name, part)]
            if not ready:
                raise UserError(
                    f"ablation.yaml: {', '.join(waiting)}: the recipe '{recipe.key}' is neither "
                    "with nor without it, nor is it with another part: give it the recipe's values"
                )
            part = waiting.pop(ready[0])
            step = _step(there, recipe, ready[0], part)
            assert step is not None
            there.append(step)
        found += there
    return found


def _step(there: list[Experiment], recipe: Experiment, name: str, part: Part) -> Experiment | None:
    """Return the side of a part that is new beside one that is there; None without such a one."""
    sides = (
        ("plus", "+", changed(recipe.settings, part.used), changed(recipe.settings, part.unused)),
        ("minus", "-", changed(recipe.settings, part.unused), changed(recipe.settings, part.used)),
    )
    for word, sign, new, old in sides:
        base = next((one for one in there if one.settings == old), None)
        heads = tuple(head for head in base.heads if head in part.heads) if base else ()
        if base and heads and all(one.settings != new for one in there):
            key, title = f"{base.key}-{word}-{name}", f"{base.title} {sign} {part.title}"
            all_settings.check(new, Path(f"ablation.yaml: {key}"))
            return Experiment(key, title, new, heads, base.key, word == "minus")
    return None


def per_seed(rows: Sequence[Experiment], seeds: Sequence[int]) -> dict[str, list[Experiment]]:
    """Return row's key -> an experiment for each training seed.

    One seed each: a stopped comparison keeps all that is finished, and further seeds can be added
    later.

    Args:
        rows: of a table.
        seeds: of the trainings.
    """
    return {
        row.key: [
            replace(
                row,
                key=f"{row.key}-seed-{seed}",
                settings=changed(row.settings, {"train.seeds": [seed]}),
            )
            for seed in seeds
        ]
        for row in rows
    }


def check_database(name: str, params: Settings, final: bool) -> None:
    """Raise a `UserError` if experiments cannot be compared on a database.

    Args:
        name: of the database in ablation.yaml.
        params: the content of params.yaml.
        final: whether whole recipes are compared on it; else choices follow from its figures.

    Raises:
        UserError: no row of the results has this name, or it was not trained on and is not in
            ``databases.compared_on``, or it is the final one and is in there.
    """
    rows = validate(Databases, params, PARAMS)
    there = [*params["datasets"], *rows.families]
    if name not in there:
        raise UserError(
            f"ablation.yaml: database: '{name}' is none of params.yaml's: {', '.join(there)}"
        )
    members = rows.families.get(name, [name])
    listed = [one for one in members if one in rows.compared_on]
    if final and listed:
        raise UserError(
            f"ablation.yaml: final.database: recipes are compared on {', '.join(listed)} "
            "(databases.compared_on in params.yaml): name a database by which nothing was chosen"
        )
    known = [*listed, *validate(Superset, params, PARAMS).datasets]
    missing = [one for one in members if one not in known]
    if missing and not final:
        raise UserError(
            f"ablation.yaml: ablation.database: add {', '.join(missing)} to databases.compared_on "
            "in params.yaml, so that the report says that recipes were compared on it"
        )


def changed(settings: Settings, changes: Changes) -> Settings:
    """Return ``settings`` with other values.

    Args:
        settings: section -> key -> value.
        changes: ``section.key`` -> value.

    Raises:
        UserError: there is no such setting.
    """
    new = dict(settings)
    for path, value in changes.items():
        section, _, key = path.partition(".")
        if key not in new.get(section, {}):
            near = meant(key, new.get(section, {})) or meant(section, new)
            raise UserError(f"ablation.yaml: {path}: no such setting in params.yaml{near}")
        new[section] = new[section] | {key: value}
    return new


def overrides(settings: Settings, params: Settings) -> list[str]:
    """Return what ``dvc exp run -S`` is given to make ``params`` the ``settings``.

    Values are JSON: numbers, lists and texts as DVC's own grammar reads them.
    """
    return sorted(
        f"{path}={json.dumps(value)}"
        for path, value in _flat(settings).items()
        if path not in (before := _flat(params)) or before[path] != value
    )


def _flat(settings: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = value
    return found


def digest(settings: Settings, code: Mapping[str, str]) -> str:
    """Return eight letters that differ wherever results could.

    Args:
        settings: the sections that the stages read.
        code: file -> hash of its content, of the files that the stages run.
    """
    content = json.dumps([settings, dict(code)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:DIGEST]


def without_digest(name: str) -> str:
    """Return the part of an experiment's name that stays when settings or code change."""
    return name[: -DIGEST - len("-")]
