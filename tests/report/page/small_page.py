"""A small page on disk: tables, pictures, and data for every figure."""

import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import write
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.report import further_thresholds, results, wording
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.page import (
    assets,
    attack_picture,
    attack_plots,
    document,
    fallbacks,
    figure_files,
    forest_picture,
    forest_plots,
    ridge_picture,
    strength_picture,
    strength_plots,
    threshold_pictures,
    threshold_plots,
    unseen_picture,
    unseen_plots,
)
from deepfake_attribution.report.page.confusion_data import matrices
from deepfake_attribution.report.page.score_figures import summary as summed
from deepfake_attribution.report.page.unseen_data import Curve, Unseen
from published_files import beside

APPROACHES = ("Binary", "Attribution", "TripletLoss-NN", "ArcFaceMod-LR")
CLASSES = ["real", "swap", "mouth"]
PROTOCOL = Protocol(["one"], ["one", "new", "fakes"], {}, {})


def scores(n: int = 40) -> pd.DataFrame:
    """Return test scores; ``new`` has an attack that is not trained on, ``fakes`` no reals."""
    random = np.random.default_rng(1)
    parts = []
    for approach in APPROACHES:
        for dataset, attacks in {
            "one": CLASSES,
            "new": ["real", "morph"],
            "fakes": ["morph"],
        }.items():
            for attack in attacks:
                score = random.beta(5, 3, n) if attack == "real" else random.beta(3, 5, n)
                about = {"approach": approach, "seed": 1, "dataset": dataset, "attack": attack}
                parts.append(pd.DataFrame(about | {"split": "test", "score": score}))
    return pd.concat(parts, ignore_index=True)


def figures() -> pd.DataFrame:
    """Return the figures of `scores`; the AUC grows from approach to approach."""
    rows = []
    for level in ("video", "frame"):
        for place, approach in enumerate(APPROACHES):
            for database, n_real in (("one", 40), ("new", 40), ("fakes", 0)):
                for attack in ("all", "morph") if database != "one" else ("all", "swap", "mouth"):
                    measured = 80.0 + place if n_real else np.nan
                    rows.append(
                        {"approach": approach, "seed": 1, "database": database, "attack": attack}
                        | {"compression": "c23", "level": level, "auc": measured, "eer": measured}
                        | {"ap": measured}
                        | {"fnr": 5.0 if n_real else np.nan, "fpr": 10.0, "threshold": 0.5}
                        | {"hter": 7.5 if n_real else np.nan, "threshold_scores": "held_out"}
                        | {"n_real": n_real, "n_fake": 40, "k_fnr": n_real // 20, "k_fpr": 4}
                        | {"videos_without_face": 0, "videos_missing": 0, "coverage": 100.0}
                        | {"missing": ""}
                    )
    return pd.DataFrame(rows)


def points() -> pd.DataFrame:
    """Return the error rates of `figures` at three thresholds; ``fakes`` has no oracle."""
    rows = []
    own = figures()
    for _, row in own[own["attack"] == "all"].iterrows():
        for rule, change in (("paper", 0.0), ("adapted", -2.0), ("oracle", -4.0)):
            if rule != "oracle" or row["n_real"]:
                rates = {name: row[name] + change for name in ("fnr", "fpr", "hter")}
                names = ("approach", "seed", "database", "level", "n_real", "n_fake")
                about = {name: row[name] for name in names}
                at = {"threshold": 0.5 + change / 10, "k_fnr": 0, "k_fpr": 0}
                rows.append(about | {"rule": rule} | rates | at | {"low": 0.1, "high": 0.9})
    return pd.DataFrame(rows)


def intervals() -> pd.DataFrame:
    """Return intervals of 3 points to either side of every HTER of `points`."""
    own = points()[["approach", "database", "level", "rule", "hter"]]
    names = {"paper": "hter", "adapted": "hter_adapted", "oracle": "hter_oracle"}
    found = own.assign(measure=own["rule"].map(names), attack="all", compression="c23", note="")
    return found.assign(low=own["hter"] - 3, high=own["hter"] + 3).dropna(subset="hter")


def apart() -> pd.DataFrame:
    """Return `points` as the page has them."""
    over = results.with_intervals(results.over_seeds(figures()), intervals())
    return further_thresholds.joined(points(), over, intervals())


def confusion() -> pd.DataFrame:
    """Return counts of every approach but Binary: unknown attacks are called swap."""
    rows = [
        (approach, 1, database, true, true if true != "morph" else "swap", 40)
        for approach in APPROACHES[1:]
        for database, there in (("one", CLASSES), ("new", ["real", "morph"]))
        for true in there
    ]
    columns = ["approach", "seed", "database", "true", "predicted", "n"]
    return pd.DataFrame(rows, columns=columns)


def strengths() -> pd.DataFrame:
    """Return AUC and FPR of three parts of the strengths of ``one``; AUC grows with strength."""
    rows = [
        {"approach": approach, "database": "one", "part": part, "strength_low": part / 4}
        | {"strength_mean": part / 4 + 0.1, "strength_high": part / 4 + 0.2, "unknown": 0}
        | {"measure": measure, "value": value, "low": value - 6, "high": value + 4}
        | {"n_real": 40, "n_fake": 26 + (part == 2), "confidence": 95.0}
        for approach in APPROACHES
        for part in range(3)
        for measure, value in (("auc", 70.0 + 10 * part), ("fpr", 40.0 - 10 * part))
    ]
    return pd.DataFrame(rows)


def differences() -> pd.DataFrame:
    """Return each approach minus the best of ``one``; Binary is significantly worse."""
    rows = []
    for measure, sign in (("auc", -1), ("hter", 1)):
        for approach, by in zip(APPROACHES[:3], (3.0, 2.0, 1.0), strict=True):
            row = {"database": "one", "measure": measure, "one": approach}
            row |= {"other": APPROACHES[3], "difference": sign * by, "confidence": 95.0}
            row |= {"low": sign * by - 1, "high": sign * by + 1, "draws": 2000}
            counts = {"n_real": 40, "n_fake": 80, "left_out": 0}
            rows.append(row | counts | {"p_corrected": 0.001 if by == 3 else 0.4})
    return pd.DataFrame(rows)


def unseen() -> list[Unseen]:
    """Return the attack of ``new``: most of its videos are called swap."""
    curve = Curve("Binary", [0.0, 0.25, 1.0], [0.0, 0.75, 1.0], 75.0)
    shares = np.array([[20.0, 70.0, 10.0], [30.0, 60.0, 10.0]])
    return [Unseen("new", "morph", 40, APPROACHES[1:3], CLASSES, shares, [curve])]


def run(table: pd.DataFrame) -> Run:
    accuracy = pd.DataFrame(
        [("Attribution", "one", 30, 30, 24, 80.0)],
        columns=["approach", "database", "n", "n_known", "correct", "accuracy"],
    )
    published = beside({"Celeb-DF": "one"}, videos=(40, 40))
    over = results.over_seeds(table)
    about = [further_thresholds.section(apart())]
    return Run(
        over,
        accuracy,
        ["one"],
        [wording.DEMO],
        0.1,
        published=published,
        further=about,
        strengths=strengths(),
        differences=differences(),
        new_attacks={"new": ["morph"], "fakes": ["morph"]},
    )


def build() -> Path:
    """Write the page of `scores` into the current folder; return its path."""
    folder = paths.page_files()
    assets.copy(folder)
    table = figures()
    levels = {level: summed(scores(), table, PROTOCOL, level, 1) for level in ("video", "frame")}
    counted = matrices(confusion(), table, CLASSES, ["one"], {}, 1)
    curve = {"seed": 1, "best": 2, "epoch": [1, 2, 3], "train_loss": [3, 2, 1]}
    curve |= {"val_loss": [3, 1, 2], "val_auc": [50, 70, 80]}
    heads = [{"name": "Binary", "seeds": [curve]}]
    shown = threshold_plots.section(apart(), ["one"])
    figure_files.write_all(folder / "data", list(levels.values()), counted, heads, [1], shown)
    section = strength_plots.section(strengths())
    figure_files.write_section(folder / "data", "strengths", section)
    told = run(table)
    forest = forest_plots.section(told.figures, told.differences, ["one"])
    attacks = attack_plots.section(told.figures, ["one"], {"morph"})
    shown_unseen = unseen_plots.section(unseen())
    for name, made in (("forest", forest), ("attacks", attacks), ("unseen", shown_unseen)):
        assert made
        figure_files.write_section(folder / "data", name, made)
    further = {
        "forest": forest_picture.draw(told.figures, told.differences, ["one"], folder),
        "attack-bars": attack_picture.draw(told.figures, {"morph"}, folder),
        "unseen": unseen_picture.draw(unseen(), folder),
        "operating": threshold_pictures.draw(apart(), folder),
        "strength": strength_picture.draw(strengths(), folder),
        "histograms": ridge_picture.draw(levels["video"], folder),
        "roc": fallbacks.draw(levels["video"], folder),
    }
    content = document.Content(told, fallbacks=further)
    write(document.render(content, _pictures()).encode(), paths.page())
    return paths.page()


def _pictures() -> Path:
    folder = paths.pictures()
    folder.mkdir(parents=True)
    listed = []
    for name in ("roc", "confusion", "training", "faces"):
        cv2.imwrite(str(folder / f"{name}.png"), np.full((90, 160, 3), 90, np.uint8))
        about = {"section": name, "group": "", "file": f"{name}.png"}
        listed.append(about | {"title": name, "caption": f"caption of {name}"})
    (folder / paths.PICTURE_LIST).write_text(json.dumps(listed))
    return folder
