"""Finds the model: the folder of a bundle, or the project in the current folder."""

from dataclasses import replace
from pathlib import Path

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.record import RECORD
from deepfake_attribution.analyse.places import usable
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import PARAMS
from deepfake_attribution.model.description import SETTINGS


def find(model: Path | None, approach: str | None) -> Bundle:
    """Return the model that a user asks for.

    Args:
        model: folder of a bundle; None, or the current folder if it is a project: the project.
        approach: its name, in upper or lower case, for verdict and attack; None: those of the
            bundle, or those of the project that are best on validation videos.

    Raises:
        UserError: there is none, or it is broken; the message says what to give or to run.
    """
    if model is None:
        return _of_project(approach)
    with usable(model, "--model"):
        if _is_project_here(model):
            return _of_project(approach)
        if not (model / RECORD).exists():
            raise UserError(_what_else(model))
    from deepfake_attribution.analyse.bundle.opening import open_bundle

    bundle = open_bundle(model)
    own = bundle.record.approach
    if approach is not None and approach.casefold() != own.casefold():
        raise UserError(
            f"--approach: '{approach}' is not in the bundle {model}, which has {own}; leave "
            "--approach out, or give another bundle"
        )
    if approach is None or bundle.record.attributing is None:
        return bundle
    record = bundle.record.model_copy(update={"attributing": None})
    return replace(bundle, record=record, namer=None)


def _of_project(approach: str | None) -> Bundle:
    if not PARAMS.exists():
        raise UserError(
            f"no {PARAMS} in this folder, so there is no project here; give --model the folder of "
            "a bundle, or run this in the folder of a project where `dvc repro` has run"
        )
    from deepfake_attribution.analyse.bundle.gathering import gather

    return gather(approach)


def _is_project_here(model: Path) -> bool:
    if (model / RECORD).exists():
        return False
    here = Path.cwd().resolve()
    return model.resolve() in (here, paths.MODELS.resolve()) and PARAMS.exists()


def _what_else(model: Path) -> str:
    """Return the message for a path that is no bundle: what it seems to be, what to give."""
    make = "`deepfake-attribution export DIR` makes one"
    if not model.exists():
        return f"--model: {model}: no such folder; give the folder of a bundle ({make})"
    if not model.is_dir():
        return (
            f"--model: {model}: a file, not a folder; give the whole folder of a bundle, the one "
            f"with {RECORD} ({make})"
        )
    if (model / PARAMS).exists():
        return (
            f"--model: {model}: a project, not a bundle; run this in it without --model, or export "
            f"a bundle there ({make})"
        )
    below = _bundles_below(model)
    if len(below) == 1:
        return f"--model: {model}: not a bundle: did you mean {below[0]}?"
    if below:
        names = some([str(one) for one in below])
        return f"--model: {model}: not a bundle: give one of those in it: {names}"
    if (model / SETTINGS).exists() or any(model.glob(f"*/{SETTINGS}")):
        return (
            f"--model: {model}: a trained head without threshold and classifier, not a bundle; "
            "leave --model out to use this project's models (--approach says which), or give the "
            f"folder of a bundle ({make})"
        )
    return f"--model: {model}: no bundle, because it has no {RECORD}; {make}"


def _bundles_below(folder: Path) -> list[Path]:
    """Return the bundles in a folder; an older version in a bundle's history is none."""
    found = sorted(path.parent for path in folder.glob(f"*/{RECORD}"))
    return [one for one in found if (one / SETTINGS).exists() and one.name[0] != "."]
