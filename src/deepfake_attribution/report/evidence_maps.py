"""The section on evidence maps: whether they hit what simulated attacks changed."""

from collections.abc import Mapping, Sequence

import pandas as pd

from deepfake_attribution.evaluate.headline import SEEN, UNSEEN
from deepfake_attribution.evidence_maps.files import GRAD_CAM, OCCLUSION
from deepfake_attribution.report import answers
from deepfake_attribution.report.cells import NOTHING, bracketed
from deepfake_attribution.report.content import Part, Section, Table

ANCHOR = "evidence-maps"
ABOUT = {SEEN: "attacks trained on", UNSEEN: "other attacks or databases"}
HEADINGS = {SEEN: "Attacks trained on", UNSEEN: "Attacks or databases never trained on"}
NOT_RUN = (
    "No maps were compared: evaluate.evidence_maps is 0, or no dataset is drawn by the project. "
    "Which pixels were changed is known of drawn fakes only."
)
TEXT = (
    "A square is moved over the crop in overlapping steps. Inside it the crop is blurred. Where "
    "the score then rises, the square spoke for fake; where it falls, for real. One frame per "
    "video; first training seed. The fakes are drawn a second time with and without their attack, "
    "which gives the mask: the pixels that it visibly changed.",
    "Inside: the share of what speaks for fake that lies inside the mask. Chance: the mask's share "
    "of the crop. Source: the same share in the map of the untouched source video, in the same "
    "place; a map that always points at the middle of the face would reach it.",
    "Deletion: pixels are blurred, those that speak most for fake first; the figure is by how much "
    "the mean score then is above that of a random order. Insertion: the same pixels are shown "
    "first, on a blurred crop; by how much the mean score is below that of a random order. Both "
    "are above 0 if the map is better than a random one; in P(real), of SVMs in decision values.",
    "In brackets the confidence interval from resampled source videos. Crops in which nothing "
    "speaks for fake have no share and are counted as flat. The map of a source can be flat, too; "
    "then the crop is not counted above source.",
)
GRAD_CAMS = (
    "Grad-CAM weights the network's last feature map with the gradient of the log-odds of real. It "
    "is as coarse as that map. NN has no gradient, and an SVM gives no probability: these two have "
    "maps by occlusion only. Above occlusion: the share inside the mask, less that of the map by "
    "occlusion of the same crop. `analyse` draws maps by occlusion."
)


def section(results: pd.DataFrame) -> Section:
    """Return the section.

    Args:
        results: `evidence_maps.files.read_results`.
    """
    if results.empty:
        return Section("Evidence maps", ANCHOR, [NOT_RUN], [])
    occlusion = results[results["method"] == OCCLUSION]
    parts = [
        Part(HEADINGS[part], [Table("", table(own), folded=True)], _notes(own))
        for part, own in ((name, occlusion[occlusion["part"] == name]) for name in HEADINGS)
        if len(own)
    ]
    others = results[results["method"] == GRAD_CAM]
    if len(others):
        parts.append(
            Part(
                "Grad-CAM, compared with occlusion",
                [Table("", table(others, {"above occlusion": "over_occlusion"}), folded=True)],
                [compared(others), GRAD_CAMS, *_notes(others)],
            )
        )
    return Section("Evidence maps", ANCHOR, list(TEXT), parts, answer(occlusion))


def compared(results: pd.DataFrame) -> str:
    """Return whether the maps of Grad-CAM are truer than those of occlusion.

    Args:
        results: of Grad-CAM.
    """
    sentences = []
    for part, about in ABOUT.items():
        own = results[(results["part"] == part) & results["over_occlusion_low"].notna()]
        if own.empty:
            continue
        more, less = own["over_occlusion_low"] > 0, own["over_occlusion_high"] < 0
        chance = own["gain_low"] > 0
        sentences.append(
            f"On {about}, the maps of Grad-CAM lie inside the changed pixels more than those of "
            f"occlusion in {int(more.sum())} of {len(own)} pairs of approach and attack, less in "
            f"{int(less.sum())}; more than chance in {int(chance.sum())}."
        )
    return " ".join(sentences) or "Too few crops to compare Grad-CAM with occlusion."


def answer(results: pd.DataFrame) -> str:
    """Return for how many pairs of approach and attack a map is better than chance."""
    sentences = []
    for part, about in ABOUT.items():
        own = results[(results["part"] == part) & results["gain_low"].notna()]
        if own.empty:
            continue
        better, worse = own["gain_low"] > 0, own["gain_high"] < 0
        of = f"{int(better.sum())} of {len(own)} pairs of approach and attack"
        less = f", less in {int(worse.sum())}" if worse.any() else ""
        beyond = own["over_source_low"].dropna() > 0
        source = f"; more than the untouched source's map in {int(beyond.sum())} of {len(beyond)}"
        sentences.append(
            f"On {about}, the maps lie inside the changed pixels more than chance in "
            f"{of}{less}{source}."
        )
    poor = no_better(results)
    if poor:
        names = answers.joined_names(poor)
        sentences.append(
            f"They are no better than chance for at least half of the approaches on {names}."
        )
    return " ".join(sentences)


def no_better(results: pd.DataFrame) -> list[str]:
    """Return the attacks on which at most half of the approaches have better maps than chance."""
    known = results[results["gain_low"].notna()]
    return [
        f"{attack} ({dataset})"
        for (dataset, attack), own in known.groupby(["dataset", "attack"], sort=False)
        if (own["gain_low"] > 0).mean() <= 0.5
    ]


def table(results: pd.DataFrame, further: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return a row per database, attack and approach.

    Args:
        results: of one method.
        further: heading -> name of a difference that has a column, too.
    """
    places = {key: place for place, key in enumerate(results["dataset"].unique())}
    ordered = results.sort_values("dataset", key=lambda names: names.map(places), kind="stable")
    lines = []
    for (dataset, attack), own in ordered.groupby(["dataset", "attack"], sort=False):
        for row in own.to_dict("records"):
            lines.append(
                {
                    "database": dataset,
                    "attack": attack,
                    "approach": row["approach"],
                    "inside, %": _percent(row["inside"]),
                    "chance, %": _percent(row["chance"]),
                    "source, %": _percent(row["source_inside"]),
                    "above chance": _points(row, "gain"),
                    "above source": _points(row, "over_source"),
                    **{title: _points(row, name) for title, name in (further or {}).items()},
                    "deletion": _figure(row, "deletion_gain"),
                    "insertion": _figure(row, "insertion_gain"),
                    "crops": row["n"],
                    "flat": row["n_flat"],
                    "without a map": row["n_lost"],
                }
            )
    return pd.DataFrame(lines)


def _percent(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{100 * value:.0f}"


def _points(row: dict[str, float], name: str) -> str:
    """Return a difference in percentage points with its interval."""
    value, low, high = (100 * row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if pd.isna(value):
        return NOTHING
    return f"{value:+.0f}" + bracketed(low, high, least=0)


def _figure(row: dict[str, float], name: str) -> str:
    value, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if pd.isna(value):
        return NOTHING
    return f"{value:+.2f}" + bracketed(low, high, least=2)


def _notes(results: pd.DataFrame) -> Sequence[str]:
    """Return a sentence for each reason for a missing interval."""
    noted = results[results["note"] != ""]
    return [
        f"{str(note)[0].upper()}{str(note)[1:]}: "
        + ", ".join(f"{row.approach} on {row.attack} ({row.dataset})" for row in own.itertuples())
        + "."
        for note, own in noted.groupby("note", sort=False)
    ]
