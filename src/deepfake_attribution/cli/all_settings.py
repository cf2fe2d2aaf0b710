"""Checks all sections of params.yaml: each is valid, and they are consistent."""

from pathlib import Path
from typing import Any

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.core.params import RootSection, Section, check_names, validate
from deepfake_attribution.core.settings import Compute, Datasets, Seed, Superset
from deepfake_attribution.embed.settings import Embed
from deepfake_attribution.evaluate.metadata_baseline.settings import MetadataBaseline
from deepfake_attribution.evaluate.open_set.settings import OpenSet
from deepfake_attribution.evaluate.settings import Databases, Evaluate
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.figures.settings import Maps
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.heads import registry
from deepfake_attribution.heads.settings import Heads
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.render.settings import Rendered
from deepfake_attribution.train.settings import Train

SECTIONS: tuple[type[Section] | type[RootSection[Any]], ...] = (
    *(Seed, Rendered, Datasets, Extract, Detector, Crop, Superset, Heads, Backbone, Train),
    *(Augment, Embed, Classifiers, Databases, Evaluate, Uncertainty),
    *(OpenSet, MetadataBaseline, Maps, Compute),
)


def check(content: dict[str, Any], where: Path) -> None:
    """Check that ``content`` is a whole and consistent params.yaml.

    Raises:
        UserError: a section is unknown, missing or wrong, or names something that another lacks.
    """
    _check_heads(content, where)  # first, because heads name further sections
    check_names(content, where)
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
    """Raise if the threshold needs degraded copies that are not made."""
    wanted = validate(Evaluate, content, where).threshold_crops == "degraded"
    if wanted and not validate(Embed, content, where).degraded_chance:
        raise UserError(
            f"{where}: evaluate.threshold_crops: degraded needs degraded copies of the validation "
            "crops: set embed.degraded_chance above 0, for example to 0.3"
        )


def _check_heads(content: dict[str, Any], where: Path) -> None:
    """Raise if ``heads`` or ``classifiers.heads`` do not match the files of the heads."""
    heads, fitted = validate(Heads, content, where).root, []
    for name, entry in heads.items():
        try:
            head, settings = registry.about(name), registry.module(name).Settings
        except UserError as error:
            raise UserError(f"{where}: heads.{name}: {error}") from None
        registry.check_loss(name, entry.loss, where)
        classifiers = f"models/classifiers/{name}"
        own = f"data/results/{name}" if head.output == ONE_LOGIT else f"models/{name}"
        wanted = {
            "scored_by": classifiers if head.fitted else f"models/{name}",
            "mapped_by": classifiers if head.fitted else own,
        }
        for key, value in wanted.items():
            if getattr(entry, key) != value:
                raise UserError(
                    f"{where}: heads.{name}.{key}: {getattr(entry, key)!r} is not allowed: "
                    f"expected {value}"
                )
        validate(settings, content, where)
        fitted += [name] if head.fitted else []
    given = validate(Classifiers, content, where).heads
    if sorted(given) != sorted(fitted):
        raise UserError(
            f"{where}: classifiers.heads: {', '.join(given)}: expected every head that gives "
            f"embeddings: {', '.join(fitted)}"
        )
