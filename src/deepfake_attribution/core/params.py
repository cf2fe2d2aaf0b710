"""Read sections of params.yaml, strictly."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.written_numbers import advice

PARAMS = Path("params.yaml")
# Every section but those that only a head's loss reads: `heads` names these.
SECTIONS = (
    *("seed", "rendered", "datasets", "extract", "detector", "crop", "superset", "heads"),
    *("backbone", "train", "augment", "embed", "classifiers", "databases", "evaluate"),
    *("uncertainty", "open_set", "metadata_baseline", "maps", "compute"),
)
RENAMED = {
    **{"doubt": "uncertainty", "unknown": "open_set", "cues": "metadata_baseline"},
    "cross_entropy": "binary and attribution, one for each head",
}


class Strict(BaseModel):
    """Base of every settings model: unknown keys, coerced types, infinity and NaN are refused."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, protected_namespaces=(), allow_inf_nan=False
    )


class Section(Strict):
    """A mapping at the top level of params.yaml; ``section`` is its key there."""

    section: ClassVar[str]


RootT = TypeVar("RootT")


class RootSection(RootModel[RootT]):
    """A top-level key of params.yaml whose value is not a fixed set of keys."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)
    section: ClassVar[str]


SectionT = TypeVar("SectionT", bound=Section | RootSection[Any])


def load(model: type[SectionT], path: Path = PARAMS) -> SectionT:
    """Return one validated section of ``path``.

    Raises:
        UserError: the file or the section is missing, a section is not known, or a value is not
            allowed; the message names the key, the value and what is allowed.
    """
    content = read(path)
    check_names(content, path)
    return validate(model, content, path)


def check_names(content: dict[str, Any], where: Path) -> None:
    """Check that every section of ``content`` is one that something reads.

    Raises:
        UserError: a section is not known, or has an old name.
    """
    known = sorted({*SECTIONS, *_losses(content)})
    for name in content:
        if name in RENAMED:
            raise UserError(
                f"{where}: {name}: this section is now called {RENAMED[name]}: rename it"
            )
        if name not in known:
            there = meant(name, known) or f"; there are {', '.join(known)}"
            raise UserError(f"{where}: {name}: no such section{there}")


def _losses(content: dict[str, Any]) -> set[str]:
    """Return the sections that the heads' losses read; a wrong `heads` is reported elsewhere."""
    heads = content.get("heads")
    entries = heads.values() if isinstance(heads, dict) else ()
    names = {entry.get("loss") for entry in entries if isinstance(entry, dict)}
    return {name for name in names if isinstance(name, str)}


def read(path: Path) -> dict[str, Any]:
    """Return the plain mapping that ``path`` holds, unvalidated."""
    try:
        content = YAML(typ="safe").load(path)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; run this in the folder that holds it") from None
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        named = re.search(r'key "(.+?)"', str(error.problem))
        raise UserError(
            f"{path}, line {line}: '{named.group(1) if named else '?'}' is there twice: "
            "remove one of the two, or make them one"
        ) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise UserError(f"{path}, line {line}: not valid YAML: {error.problem}") from None
    except YAMLError as error:  # characters that YAML does not allow
        raise UserError(f"{path}: not a text file in UTF-8 ({error})") from None
    if not isinstance(content, dict):
        raise UserError(f"{path}: expected sections (key: value), found {type(content).__name__}")
    return content


def validate(model: type[SectionT], content: dict[str, Any], where: Path) -> SectionT:
    """Return ``content``'s part for ``model``, validated; ``where`` names the file in errors."""
    if model.section not in content:
        raise UserError(f"{where}: section '{model.section}' is missing")
    try:
        return cast(SectionT, model.model_validate(content[model.section]))
    except ValidationError as error:
        problems = describe(error, content, model.section, model)
        raise UserError(*(f"{where}: {problem}" for problem in problems)) from None


def meant(name: str, known: Iterable[str]) -> str:
    """Return ': did you mean ...?' with the nearest of the ``known`` names; empty without one."""
    near = get_close_matches(name, list(known), n=1)
    return f": did you mean {near[0]}?" if near else ""


def _known(model: Any, loc: tuple[int | str, ...]) -> set[str]:
    """Return the names of the settings that are allowed where ``loc`` in a section is."""
    places = _models(model)
    for part in loc[:-1]:
        fields = [place.model_fields[part] for place in places if part in place.model_fields]
        inside = [one for field in fields for one in _models(field.annotation)]
        places = inside or places  # a key of a mapping, or a branch of a union
    return {name for place in places for name in place.model_fields}


def _models(annotation: Any) -> list[Any]:
    """Return the models with settings of their own that a type is made of."""
    if not isinstance(annotation, type) or not issubclass(annotation, BaseModel):
        return [model for part in get_args(annotation) for model in _models(part)]
    if issubclass(annotation, RootModel):
        return _models(annotation.model_fields["root"].annotation)
    return [annotation]


def describe(
    error: ValidationError, content: dict[str, Any], section: str, model: Any = None
) -> list[str]:
    """Return a line for each problem of ``error``: 'key: value is not allowed: reason'.

    Args:
        error: of the validation.
        content: what was validated, below the key ``section``.
        section: its name.
        model: of the section; the nearest of its settings to an unknown one is suggested.
    """
    problems = error.errors(include_url=False)
    # a mistyped key is both unknown and missing: report what is in the file, and it alone
    problems.sort(key=lambda problem: problem["type"] != "extra_forbidden")
    lines: list[str] = []
    suggested: set[tuple[int | str, ...]] = set()
    for problem in problems:
        loc = problem["loc"]
        key = ".".join([section, *_keys(loc, content[section])])
        if problem["type"] == "extra_forbidden":
            known = _known(model, loc)
            near = get_close_matches(str(loc[-1]), list(known), n=1)
            suggested |= {(*loc[:-1], name) for name in near}
            lines.append(f"{key}: no such setting{meant(str(loc[-1]), known)}")
        elif problem["type"] != "missing":
            given = problem["input"]
            reason = problem["msg"].removeprefix("Value error, ") + _advice(given, problem)
            lines.append(f"{key}: {given!r} is not allowed: {reason}")
        elif loc not in suggested:
            lines.append(f"{key}: this setting is missing")
    return lines


def _advice(given: Any, problem: Any) -> str:
    """Return what to write instead of a text where a number is expected."""
    whole = problem["type"].startswith("int_") or "whole number" in problem["msg"]
    number = whole or problem["type"].startswith("float_") or "a number" in problem["msg"]
    return advice(given, whole) if number and isinstance(given, str) else ""


def _keys(loc: tuple[int | str, ...], value: Any) -> list[str]:
    """Return the keys of ``loc`` that are in ``value``, and its last one even if missing there.

    pydantic adds the names of a union's branches, and marks such as ``[key]``, between them.
    """
    keys = []
    for depth, part in enumerate(loc, start=1):
        inside = isinstance(value, dict) and part in value
        inside = inside or (isinstance(value, list) and isinstance(part, int))
        if inside or (depth == len(loc) and part != "[key]"):
            keys.append(str(part))
        if inside:
            value = value[part]
    return keys
