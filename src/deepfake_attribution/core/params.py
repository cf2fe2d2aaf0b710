"""Read sections of params.yaml, strictly."""

import re
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from deepfake_attribution.core.errors import UserError

PARAMS = Path("params.yaml")
# A section's model lies in a file of the section's name. Naming the sections here would touch
# this module, which every stage lists, with each new one.
OTHERS = {"__init__", "load", "own_batch", "profiles", "roots", "whole"}
SECTIONS = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - OTHERS)


class Strict(BaseModel):
    """Base of every settings model: unknown keys and coerced types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, protected_namespaces=())


class Section(Strict):
    """A mapping at the top level of params.yaml; ``section`` is its key there."""

    section: ClassVar[str]


RootT = TypeVar("RootT")


class RootSection(RootModel[RootT]):
    """A top-level key of params.yaml whose value is not a fixed set of keys."""

    model_config = ConfigDict(strict=True, frozen=True)
    section: ClassVar[str]


SectionT = TypeVar("SectionT", bound=Section | RootSection[Any])


def load(model: type[SectionT], path: Path = PARAMS) -> SectionT:
    """Return one validated section of ``path``.

    Raises:
        UserError: the file or the section is missing, a section is not known, or a value is not
            allowed; the message names the key, the value and what is allowed.
    """
    content = read(path)
    for name in content:
        if name not in SECTIONS:
            raise UserError(f"{path}: {name}: no such section; there are {', '.join(SECTIONS)}")
    return validate(model, content, path)


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
            f"{path}, line {line}: '{named.group(1) if named else '?'}' stands there twice: "
            "give one of the two another name, or remove it"
        ) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise UserError(f"{path}, line {line}: not valid YAML: {error.problem}") from None
    except YAMLError as error:  # characters that no YAML file may hold
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
        raise UserError(f"{where}: {describe(error, content, model.section)}") from None


def describe(error: ValidationError, content: dict[str, Any], section: str) -> str:
    """Return the first problem of ``error`` as 'key: value is not allowed: reason'."""
    problems = error.errors(include_url=False)
    # a mistyped key is both unknown and missing: the word that stands in the file comes first
    problems.sort(key=lambda problem: problem["type"] != "extra_forbidden")
    first = problems[0]
    key = ".".join([section, *_keys(first["loc"], content[section])])
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if first["type"] == "extra_forbidden":
        return f"{key}: no such setting{more}"
    if first["type"] == "missing":
        return f"{key}: this setting is missing{more}"
    reason = first["msg"].removeprefix("Value error, ")
    return f"{key}: {first['input']!r} is not allowed: {reason}{more}"


def _keys(loc: tuple[int | str, ...], value: Any) -> list[str]:
    """Return the keys of ``loc`` that stand in ``value``, and a last one that is missing there.

    pydantic puts the name of a union's branch, and marks such as ``[key]``, between them.
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
