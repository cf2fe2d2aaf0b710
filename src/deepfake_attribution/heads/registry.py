"""Which heads there are, and what each one is, without importing its loss.

A head is a file in this folder that sets, at its top level and as plain values:

- ``TITLE``: its name in tables, pictures and metrics, such as ``ArcFaceMod``;
- ``ABOUT``: what it gives and how it is trained, in a few words, for a model's card;
- ``OUTPUT``: ``real``, ``classes`` or ``embedding`` (`core.outputs`);
- ``COLOURS``: of its lines on a light and on a dark page, as ``#rrggbb``;

and that defines ``Settings`` (the head's own section of params.yaml, a `HeadSection`) and
``make_loss(classes, dimension, settings)``.
"""

import ast
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import CLASSES, EMBEDDING, ONE_LOGIT, Output
from deepfake_attribution.core.params import PARAMS, load, read
from deepfake_attribution.heads.settings import Heads, HeadSection

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Head:
    """What steps that do not train need to know about a head.

    Attributes:
        name: of its file, its stages and its files.
        title: in tables, pictures and metrics.
        about: what it gives, in a few words.
        output: what it gives.
        colours: on a light and on a dark page.
    """

    name: str
    title: str
    about: str
    output: Output
    colours: tuple[str, str]

    @property
    def fitted(self) -> bool:
        """Whether classifiers score its embeddings; other heads score by themselves."""
        return self.output == EMBEDDING


def names() -> list[str]:
    """Return the names of all heads that have a file."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if "TITLE" in _constants(path))


def about(name: str) -> Head:
    """Return what the head ``name`` is.

    Raises:
        UserError: it has no file, or its file lacks a constant.
    """
    path = FOLDER / f"{name}.py"
    values = _constants(path) if path.is_file() else {}
    if "TITLE" not in values:
        raise UserError(f"'{name}' is not a head; there are {', '.join(names())}")
    try:
        title, words, output = (values[key] for key in ("TITLE", "ABOUT", "OUTPUT"))
        light, dark = values["COLOURS"]
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: a head sets TITLE, ABOUT, OUTPUT and COLOURS ({error})") from None
    if output not in (ONE_LOGIT, CLASSES, EMBEDDING):
        raise UserError(f"{path}: OUTPUT is '{output}': expected real, classes or embedding")
    return Head(name, title, words, output, (light, dark))


def chosen() -> dict[str, Head]:
    """Return the heads of params.yaml, in their order there."""
    return {name: about(name) for name in load(Heads).root}


def module(name: str) -> Any:
    """Return the module of a head, with ``Settings`` and ``make_loss``; this imports torch."""
    about(name)
    return import_module(f"deepfake_attribution.heads.{name}")


def loss_settings(name: str) -> HeadSection:
    """Return the head's own section of params.yaml, and no other.

    Raises:
        UserError: the head is unknown, or params.yaml gives it another head's loss: DVC would then
            record settings that the training does not read.
    """
    wanted: type[HeadSection] = module(name).Settings
    entry = read(PARAMS).get("heads", {}).get(name, {})
    check_loss(name, entry.get("loss", ""), PARAMS)
    return load(wanted)


def check_loss(name: str, given: str, where: Path) -> None:
    """Check that the head ``name`` is given the section that its loss reads; this imports torch.

    Raises:
        UserError: it is given another one; the message lists the losses of all heads.
    """
    wanted = module(name).Settings.section
    if given != wanted:
        losses = ", ".join(f"{module(head).Settings.section} ({head})" for head in names())
        raise UserError(
            f"{where}: heads.{name}.loss: {given!r} is not allowed: expected {wanted}; the losses "
            f"are {losses}"
        )


def _constants(path: Path) -> dict[str, Any]:
    """Return the plain values that a module sets at its top level, without running it."""
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, _: int) -> dict[str, Any]:
    """Do as `_constants`, once for each time that the file was written: pages ask often."""
    values = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                values[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue  # made by an expression: not for others to read
    return values
