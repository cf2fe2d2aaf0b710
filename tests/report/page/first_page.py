"""A page on disk whose first screen has everything: a matrix, maps, and faces."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

import map_project
from chosen_heads import write_heads
from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import write
from deepfake_attribution.report import matrix, overlap, results, strength_tables, wording
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.page import assets, document, first_faces, map_part, matrix_picture

APPROACHES = ("Binary", "Attribution", *(f"Triplet-{n}" for n in range(3)), "A-NN", "A-LR", "A-SVM")
DATABASES = ("one", "two", "three", "<b>four</b>")
MEASURES = ("auc", "eer", "ap", "fnr", "fpr", "hter")


def figures(databases: tuple[str, ...] = DATABASES) -> pd.DataFrame:
    """Return figures of `results.over_seeds` with intervals; AUC falls from approach to approach.

    ``two`` has no reals, so it has an FPR only.
    """
    rows = []
    for database in databases:
        for place, approach in enumerate(APPROACHES):
            fpr_only = database == "two"
            values = dict.fromkeys(MEASURES, float("nan") if fpr_only else 10.0 + place)
            values |= {"fpr": 20.0 + place}
            if not fpr_only:
                values["auc"] = 95.0 - 3 * place
            for attack in ("all", "swap"):
                rows.append(
                    {"approach": approach, "database": database, "attack": attack, "seed": 1}
                    | {"compression": "c23", "level": "video", "threshold": 0.5, "missing": ""}
                    | {"threshold_scores": "held_out", "n_fake": 40, "k_fnr": 0, "k_fpr": 4}
                    | {"n_real": 0 if fpr_only else 40, "videos_without_face": 0}
                    | {"videos_missing": 0, "coverage": 100.0}
                    | values
                )
    made = results.over_seeds(pd.DataFrame(rows))
    ends = {f"{name}_ci_low": made[name] - 2.5 for name in MEASURES}
    return made.assign(**ends, **{f"{name}_ci_high": made[name] + 2 for name in MEASURES}, note="")


def differences() -> pd.DataFrame:
    """Return differences of the best and each other: not significant up to the third approach."""
    return pd.DataFrame(
        {"database": database, "measure": "auc", "one": APPROACHES[0], "other": other}
        | {"difference": 3.0 * place, "low": -1.0, "high": 5.0, "p": 0.1, "confidence": 95.0}
        | {"p_corrected": 0.5 if place < 3 else 0.01, "n_real": 40, "n_fake": 40, "left_out": 0}
        | {"draws": 2000}
        for database in DATABASES
        for place, other in enumerate(APPROACHES[1:], 1)
    )


def run(**changes: object) -> Run:
    """Return a run of `figures`; trained on ``one``."""
    accuracy = pd.DataFrame(
        [("Attribution", "one", 30, 30, 24, 80.0)],
        columns=["approach", "database", "n", "n_known", "correct", "accuracy"],
    )
    made = Run(figures(), accuracy, ["one"], [wording.DEMO, wording.IN_SAMPLE], 0.1)
    made = replace(made, differences=differences(), overlaps=overlap.none())
    made = replace(made, compared_on=["three"])
    return replace(made, strengths=strength_tables.none(), **changes)


def build(reported: Run, library: bytes) -> Path:
    """Write the page into the current folder; return its path.

    Args:
        reported: from `run`.
        library: plotly, or nothing.
    """
    write_heads()
    map_project.build(24, ("binary", "arcface"))
    folder = paths.page_files()
    assets.copy(folder)
    (folder / assets.LIBRARY).write_bytes(library)
    content = document.Content(
        reported,
        fallbacks={"matrix": matrix_picture.draw(matrix.matrices(reported), folder)},
        faces=first_faces.write(["one", "two"], map_project.CLASSES, folder),
        map=map_part.write(folder, paths.pictures(), map_project.CLASSES, 1),
        validated="Attribution",
    )
    write(document.render(content, paths.pictures()).encode(), paths.page())
    return paths.page()
