"""The approach that names attacks, where another one gives the verdict: gathered, stored, opened.

In a bundle it is the folder ``attack``. An approach on the same head shares its network and its
known crops, so that the folder has the classifier alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from deepfake_attribution.analyse.bundle import evidence, known_crops, parts
from deepfake_attribution.analyse.bundle.attributing import Attributed, attributed, best
from deepfake_attribution.analyse.bundle.loaded import Bundle, Namer
from deepfake_attribution.analyse.bundle.networks import network_in
from deepfake_attribution.analyse.bundle.record import ATTACK, Attributing
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import paths
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Seed
from deepfake_attribution.model.description import ONNX, SETTINGS, WEIGHTS, load_description


def with_namer(bundle: Bundle, training: Sequence[str], known: int) -> Bundle:
    """Return a bundle of the project with the approach that names attacks best on validation.

    Args:
        bundle: of the approach that gives the verdict.
        training: datasets trained on.
        known: maximum number of validation crops, as for the bundle.

    Raises:
        UserError: a file is missing or broken.
    """
    seed = bundle.record.seed
    chosen = best(attributed(seed, training))
    if chosen is None:
        return bundle
    whole = "of_crops" not in bundle.record.known  # the limit is of distances to all of them
    about = _about(chosen, evidence.far(chosen.approach.head, seed) if whole else None)
    record = bundle.record.model_copy(update={"attributing": about})
    if about.approach == record.approach:
        return replace(bundle, record=record)
    return replace(bundle, record=record, namer=_gathered(about, bundle, training, known))


def _about(chosen: Attributed, far: float | None) -> Attributing:
    one = chosen.approach
    return Attributing(
        approach=one.name,
        head=one.head,
        classifier=one.classifier,
        right=chosen.right,
        n_fake=chosen.n_fake,
        far=far,
    )


def _gathered(about: Attributing, bundle: Bundle, training: Sequence[str], known: int) -> Namer:
    seed, kind = bundle.record.seed, about.classifier
    fitted = classifier_files.load(paths.classifier(about.head, kind, seed)) if kind else None
    if about.head == bundle.record.head:
        return Namer(bundle.description, bundle.network, fitted, bundle.known)
    folder = paths.model(about.head, seed)
    description = load_description(folder)
    network = network_in(folder, description, load(Compute).device)
    rows, _ = known_crops.validation_crops(about.head, seed, training, known, load(Seed).root)
    return Namer(description, network, fitted, rows)


def opened(folder: Path, bundle: Bundle, device: str) -> Bundle:
    """Return a bundle that was opened, with the approach in its folder ``attack``, if it has one.

    Raises:
        UserError: its parts do not fit together, or one is broken.
    """
    record = bundle.record.of_namer
    if record is None:
        return bundle
    place = folder / ATTACK
    fitted = parts.classifier(place, record)
    if record.head == bundle.record.head:
        namer = Namer(bundle.description, bundle.network, fitted, bundle.known)
    else:
        about = parts.description(place, record)
        known = parts.known(place, record)
        namer = Namer(about, parts.network(place, about, device), fitted, known)
    parts.check_together(
        place, record, namer.description, namer.network, namer.classifier, namer.known
    )
    return replace(bundle, namer=namer)


def sources(bundle: Bundle) -> dict[str, Path]:
    """Return name in the bundle -> file of the project, for all but the known crops."""
    record, namer = bundle.record.of_namer, bundle.namer
    if record is None or namer is None:
        return {}
    found: dict[str, Path] = {}
    if record.classifier:
        fitted = paths.classifier(record.head, record.classifier, record.seed)
        found |= {name: fitted / name for name in (classifier_files.MODEL, classifier_files.RECORD)}
    if record.head != bundle.record.head:
        model = paths.model(record.head, record.seed)
        names = [WEIGHTS, SETTINGS, *([ONNX] if namer.description.onnx is not None else [])]
        found |= {name: model / name for name in names}
    return {f"{ATTACK}/{name}": path for name, path in found.items()}


def known_of(bundle: Bundle) -> pd.DataFrame | None:
    """Return the known crops that are stored in the folder ``attack``; None if there are none."""
    namer, record = bundle.namer, bundle.record.of_namer
    return namer.known if namer and record and record.head != bundle.record.head else None
