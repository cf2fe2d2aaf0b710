"""Checks numbers of params.yaml that cannot work together, whatever the videos show."""

from pathlib import Path
from typing import Any

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import validate
from deepfake_attribution.core.settings import Compute, Datasets, Superset
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.heads import registry
from deepfake_attribution.heads.settings import Heads
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.render.settings import Rendered
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.settings import Train


def check_batches(content: dict[str, Any], where: Path) -> None:
    """Raise if the processes that train cannot share the batches of a head evenly."""
    compute = validate(Compute, content, where)
    backbone, train = validate(Backbone, content, where), validate(Train, content, where)
    augment = validate(Augment, content, where)
    for head in validate(Heads, content, where).root:
        loss = validate(registry.module(head).Settings, content, where)
        try:
            recipe = Recipe(head, train.seeds[0], backbone, train, augment, loss)
            recipe.check_shared(compute.devices * compute.nodes)
        except UserError as error:
            raise UserError(f"{where}: {error}") from None


def check_drawn(content: dict[str, Any], where: Path) -> None:
    """Raise if drawn videos are too few to train and to fit; others are not known before a run."""
    drawn = validate(Rendered, content, where).root
    datasets = validate(Datasets, content, where).root
    names = validate(Superset, content, where).datasets
    there = {name for name, one in datasets.items() if one.adapter == "rendered"} & set(drawn)
    if not there >= set(names):
        return
    trained, listed = [drawn[name] for name in names], ", ".join(names)
    if not any(one.identities.train for one in trained):
        raise UserError(
            f"{where}: rendered: identities.train is 0 in {listed}: nothing can be trained on"
        )
    if not any(one.identities.val for one in trained):
        raise UserError(
            f"{where}: rendered: identities.val is 0 in {listed}: thresholds and classifiers need "
            "validation videos"
        )
    if validate(Crop, content, where).subject == "all":
        return  # passers-by have crops of their own
    frames = validate(Extract, content, where).frames
    crops = sum(
        one.identities.val * one.clips * (1 + len(one.attacks)) * min(frames, one.frames)
        for one in trained
    )
    given = validate(Classifiers, content, where).nn.k
    largest = max(given) if isinstance(given, list) else given
    if largest >= crops:
        raise UserError(
            f"{where}: classifiers.nn.k: {largest} is too large: the drawn videos give at most "
            f"{crops} validation crops, and one fold is always left out"
        )
