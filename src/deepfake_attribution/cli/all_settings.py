"""Checks all sections of params.yaml: each is valid, and they are consistent."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.cli.possible_numbers import check_batches, check_drawn
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import first_lines
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
from deepfake_attribution.report import published
from deepfake_attribution.train.settings import Train

SECTIONS: tuple[type[Section] | type[RootSection[Any]], ...] = (
    *(Seed, Rendered, Datasets, Extract, Detector, Crop, Superset, Heads, Backbone, Train),
    *(Augment, Embed, Classifiers, Databases, Evaluate, Uncertainty),
    *(OpenSet, MetadataBaseline, Maps, Compute),
)


SHOWN = 5  # mistakes at a time


def check(content: dict[str, Any], where: Path) -> None:
    """Check that ``content`` is a whole and consistent params.yaml.

    Raises:
        UserError: a section is unknown, missing or wrong, or names something that another lacks; a
            line for each of the first `SHOWN` mistakes.
    """
    _check_heads(content, where)  # first, because heads name further sections
    _check_unread(content, where)
    check_names(content, where)
    losses = {settings.section: settings for settings in _losses(content, where)}
    models = [*SECTIONS, *losses.values()]
    all_of(partial(validate, model, content, where) for model in models)
    consistent = (_check_classified, *CONSISTENT, check_batches, check_drawn)
    all_of(partial(one, content, where) for one in consistent)


def all_of(checks: Iterable[Callable[[], object]]) -> None:
    """Run all ``checks``.

    Raises:
        UserError: with the lines of those that failed, `SHOWN` at most.
    """
    lines: list[str] = []
    for one in checks:
        try:
            one()
        except UserError as error:
            lines += error.args
    if lines:
        raise UserError(*first_lines(lines, SHOWN))


def _check_datasets(content: dict[str, Any], where: Path) -> None:
    """Raise if a section names a dataset that is not there, or a drawn one is not drawn there."""
    datasets = validate(Datasets, content, where).root
    rows = validate(Databases, content, where)
    training = validate(Superset, content, where).datasets
    named = {
        "superset.datasets": training,
        "databases.reals_from": [*rows.reals_from, *rows.reals_from.values()],
        "databases.families": [name for members in rows.families.values() for name in members],
        "databases.compared_on": rows.compared_on,
    }
    lines = [
        f"{where}: {key}: '{name}' is none of the datasets: {', '.join(datasets)}"
        for key, names in named.items()
        for name in names
        if name not in datasets
    ]
    lines += _wrong_rows(rows, [*datasets, *rows.families], where)
    lines += [
        f"{where}: databases.compared_on: '{name}' is trained on: name only datasets that are not "
        "in superset.datasets"
        for name in rows.compared_on
        if name in training
    ]
    rendered = validate(Rendered, content, where).root
    for name, dataset in datasets.items():
        if dataset.adapter != "rendered":
            continue
        if name not in rendered:
            lines.append(f"{where}: datasets.{name} is rendered, but not in section 'rendered'")
        elif Path(dataset.root) != paths.videos(name):
            lines.append(
                f"{where}: datasets.{name}.root: {dataset.root!r} is not allowed: expected "
                f"{paths.videos(name)}, where the stage `render` draws it"
            )
    if lines:
        raise UserError(*lines)


def _wrong_rows(rows: Databases, there: list[str], where: Path) -> list[str]:
    """Return a line for each name of ``databases.published`` that is not there.

    Args:
        rows: the section.
        there: datasets and families.
        where: the file, for the message.
    """
    lines: list[str] = []
    for name, compared in rows.published.items():
        key = f"{where}: databases.published"
        try:
            known = published.protocol(name).databases
        except UserError as error:
            lines += [f"{key}: {line}" for line in error.args]
            continue
        key = f"{key}.{name}"
        lines += [
            f"{key}: '{database}' is not in {published.FOLDER}/{name}.yaml, which has "
            f"{', '.join(known)}"
            for database in compared
            if database not in known
        ]
        lines += [
            f"{key}.{database}: '{row}' is no dataset and no family: {', '.join(there)}"
            for database, row in compared.items()
            if row not in there
        ]
    return lines


def _check_splits(content: dict[str, Any], where: Path) -> None:
    """Raise if crops that later stages need are not embedded, or are embedded twice."""
    splits: list[str] = [*validate(Embed, content, where).splits]
    for split, why in (("val", "thresholds and classifiers need"), ("test", "results need")):
        if splits.count(split) != 1:
            problem = "is named twice" if split in splits else f"is missing, which {why}"
            raise UserError(f"{where}: embed.splits: {split} {problem}")


def _check_copies(content: dict[str, Any], where: Path) -> None:
    """Raise if the threshold needs degraded copies that are not made."""
    wanted = validate(Evaluate, content, where).threshold_crops == "degraded"
    if wanted and not validate(Embed, content, where).degraded_chance:
        raise UserError(
            f"{where}: evaluate.threshold_crops: degraded needs degraded copies of the validation "
            "crops: set embed.degraded_chance above 0, for example to 0.3"
        )


def _check_heads(content: dict[str, Any], where: Path) -> None:
    """Raise if ``heads`` does not match the files of the heads."""
    for name, entry in validate(Heads, content, where).root.items():
        try:
            head = registry.about(name)
            registry.module(name)
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


def _losses(content: dict[str, Any], where: Path) -> list[type[Section]]:
    """Return the models of the sections that the losses of ``heads`` read."""
    return [registry.module(name).Settings for name in validate(Heads, content, where).root]


def _check_unread(content: dict[str, Any], where: Path) -> None:
    """Raise if there is a section of a head that is not trained."""
    read = {settings.section for settings in _losses(content, where)}
    for name in registry.names():
        section = registry.module(name).Settings.section
        if section in content and section not in read:
            raise UserError(
                f"{where}: {section}: no head of section 'heads' reads this section: remove it, "
                f"or name {name} under heads"
            )


def _check_classified(content: dict[str, Any], where: Path) -> None:
    """Raise if ``classifiers.heads`` are not the heads that give embeddings."""
    heads = validate(Heads, content, where).root
    fitted = [name for name in heads if registry.about(name).fitted]
    given = validate(Classifiers, content, where).heads
    if sorted(given) != sorted(fitted):
        raise UserError(
            f"{where}: classifiers.heads: {', '.join(given)}: expected every head that gives "
            f"embeddings: {', '.join(fitted)}"
        )


CONSISTENT = (_check_copies, _check_datasets, _check_splits)  # no head is looked at, so no torch
