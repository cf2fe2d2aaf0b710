"""The model card of a bundle, for readers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deepfake_attribution.analyse import approach_words, map_words, ratio_words
from deepfake_attribution.analyse.bundle import files
from deepfake_attribution.analyse.bundle.error_rates import CONFIDENCE, MEASURES
from deepfake_attribution.analyse.bundle.record import DETECTOR, RECORD, Record, Tested
from deepfake_attribution.core.outputs import SELF_SCORING
from deepfake_attribution.faces import weights
from deepfake_attribution.heads.registry import about
from deepfake_attribution.model.description import ONNX, Description
from deepfake_attribution.render.settings import ATTACK_NAMES
from deepfake_attribution.train.self_blending import SELF_BLENDED

TEMPLATE = "card.md.j2"
CLASSIFIERS = {
    "nn": "nearest neighbours on the embedding",
    "lr": "logistic regression on the embedding",
    "svm": "support vector machines on the embedding",
}
SET_ON = {
    "in_sample": "scores by the classifier that was fitted on these same videos: optimistic",
    "out_of_fold": "scores by classifiers that were not fitted on the video",
    "held_out": "scores of videos that the network was not trained on",
}


def card(record: Record, description: Description, mapped: int) -> str:
    """Return the card in Markdown, in the usual sections; it contains all facts of the record.

    Args:
        record: of the bundle; its hashes are not used.
        description: of its network.
        mapped: how many known crops have a place on the map.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # it is Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"code": code, "codes": codes, "percent": percent}
    return environment.get_template(TEMPLATE).render(_values(record, description, mapped))


def _values(record: Record, description: Description, mapped: int) -> dict[str, Any]:
    everything = {*record.attacks, *(name for row in record.tested for name in row.attacks)}
    scores = record.threshold.scores
    return {
        "record": record,
        "about": description,
        "mapped": mapped,
        "attacks": record.attacks,
        "blended": SELF_BLENDED in record.classes,
        "simulated": sorted(everything & set(ATTACK_NAMES)),
        "head": about(record.head).about,
        "classifier": CLASSIFIERS.get(record.classifier or ""),
        "names_class": bool(record.names_attacks),
        "namer": record.of_namer,
        "naming": approach_words.names(record),
        "classifying": description.output in SELF_SCORING,
        "set_on": SET_ON[scores.removeprefix("degraded_")],
        "degraded": scores.startswith("degraded_"),
        "rows": [_cells(row) for row in record.tested],
        "rates": [_rates(row) for row in record.tested if not row.trained_on],
        "ratios": ratio_words.population(record),
        "verdicts": ratio_words.not_known(record),
        "map_truth": map_words.truth(record),
        "confidence": CONFIDENCE,
        "narrow": any(low == high for row in record.tested for low, high in row.intervals.values()),
        "onnx": ONNX if description.onnx is not None else "",
        "detector": files.detector_files(record),
        "package": weights.PACKAGE,
        "trained_with": _trained_with(description.training),
        "weights_from": description.training.get("weights_from"),
        "record_file": RECORD,
        "detector_folder": DETECTOR,
        "sums": files.SUMS,
    }


def _trained_with(training: Mapping[str, Any]) -> str:
    """Return the recipe in a few words; empty for a model that does not record it."""
    if "sampling" not in training:
        return ""
    frozen = training["parameters"] - training["trained_parameters"]
    part = f"; {frozen:,} of {training['parameters']:,} weights frozen" if frozen else ""
    return (
        f"batches of {training['batch_size']} crops, {training['sampling']}; "
        f"{training['epochs']} epochs, the best one kept; learning rate "
        f"{training['learning_rate']:g}, {training['schedule']}{part}"
    )


def _cells(row: Tested) -> list[str]:
    """Return a row of the table of error rates."""
    attacks = [code(name) + (" (new)" if name in row.new else "") for name in row.attacks]
    figures = [_figure(row, measure) for measure in MEASURES]
    seen = "yes" if row.trained_on else "no"
    counts = [str(row.n_real), str(row.n_fake)]
    return [code(row.database), seen, ", ".join(attacks), *counts, *figures]


def _figure(row: Tested, measure: str) -> str:
    value = percent(getattr(row, measure))
    if measure not in row.intervals:
        return value
    low, high = row.intervals[measure]
    return f"{value} [{low:.1f}, {high:.1f}]"


def _rates(row: Tested) -> str:
    """Return the errors on a database that was not trained on, as text."""
    parts = []
    if row.fnr is not None:
        parts.append(f"{percent(row.fnr)} % of {row.n_real} real videos were called fake")
    if row.fpr is not None:
        parts.append(f"{percent(row.fpr)} % of {row.n_fake} fakes passed as real")
    return f"{code(row.database)}: {' and '.join(parts) or 'nothing to count'}"


def percent(value: float | None) -> str:
    """Return a figure as text."""
    return "none" if value is None else f"{value:.1f}"


def code(name: str) -> str:
    """Return a name as Markdown code, with any characters."""
    return "`" + " ".join(name.replace("`", "'").replace("|", "/").split()) + "`"


def codes(names: Sequence[str]) -> str:
    """Return names as code, separated by commas."""
    return ", ".join(map(code, names)) or "none"
