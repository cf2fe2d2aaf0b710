"""Every section of params.yaml at once: that each is right, and that they fit together."""

from pathlib import Path
from typing import Any

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import RootSection, Section, validate
from deepfake_attribution.core.settings import Compute, Datasets, Seed, Superset
from deepfake_attribution.embed.settings import Embed
from deepfake_attribution.evaluate.metadata_baseline.settings import Cues
from deepfake_attribution.evaluate.open_set.settings import Unknown
from deepfake_attribution.evaluate.settings import Databases, Evaluate
from deepfake_attribution.evaluate.uncertainty.settings import Doubt
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.figures.settings import Maps
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.render.settings import Rendered
from deepfake_attribution.train.settings import CrossEntropy, Heads, Loss, Train, Triplet

SECTIONS: tuple[type[Section] | type[RootSection[Any]], ...] = (
    *(Seed, Rendered, Datasets, Extract, Detector, Crop, Superset, Heads, Backbone, Train),
    *(Augment, CrossEntropy, Triplet, Loss, Embed, Classifiers, Databases, Evaluate, Doubt),
    *(Unknown, Cues, Maps, Compute),
)


def check(content: dict[str, Any], where: Path) -> None:
    """Hold that ``content`` is a whole and consistent params.yaml.

    Raises:
        UserError: a section is unknown, missing or wrong, or one names what another lacks.
    """
    known = [model.section for model in SECTIONS]
    for name in content:
        if name not in known:
            raise UserError(f"{where}: {name}: no such section; there are {', '.join(known)}")
    for model in SECTIONS:
        validate(model, content, where)
    datasets = validate(Datasets, content, where).root
    _check_copies(content, where)
    rows = validate(Databases, content, where)
    named = {
        "superset.datasets": validate(Superset, content, where).datasets,
        "databases.reals_from": [*rows.reals_from, *rows.reals_from.values()],
        "databases.families": [name for members in rows.families.values() for name in members],
    }
    for key, names in named.items():
        for name in names:
            if name not in datasets:
                raise UserError(
                    f"{where}: {key}: '{name}' is none of the datasets: {', '.join(datasets)}"
                )
    for row in rows.published:
        if row not in datasets and row not in rows.families:
            there = ", ".join([*datasets, *rows.families])
            raise UserError(
                f"{where}: databases.published: '{row}' is no dataset and no family: {there}"
            )
    rendered = validate(Rendered, content, where).root
    for name, dataset in datasets.items():
        if dataset.adapter == "rendered" and name not in rendered:
            raise UserError(f"{where}: datasets.{name} is rendered, but not in section 'rendered'")


def _check_copies(content: dict[str, Any], where: Path) -> None:
    """Raise where the threshold is to come from degraded copies that are not made."""
    wanted = validate(Evaluate, content, where).threshold_crops == "degraded"
    if wanted and not validate(Embed, content, where).degraded_chance:
        raise UserError(
            f"{where}: evaluate.threshold_crops: degraded needs degraded copies of the validation "
            "crops: set embed.degraded_chance above 0, for example to 0.3"
        )
