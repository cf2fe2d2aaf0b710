"""How long the page of a full-size run takes to open: python benchmarks/page.py [--videos N].

Scores of 30,000 videos (15 crops each), eight approaches and nine rows of databases are drawn at
random; the rates in its tables are made up. The page is written as the stage `report` writes it,
without map and pictures, and opened from disk in a headless Chromium: until all is loaded, and
until the curves, scrolled to, are drawn. Needs playwright (extra dev) and a Chromium. ``peer``: the
limit, 3 s.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

import measure
from deepfake_attribution.core import durable
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.report import results
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.page import (
    assets,
    document,
    fallbacks,
    figure_files,
    score_figures,
)
from deepfake_attribution.report.page.confusion_data import matrices

LIMIT = 3.0  # seconds
ROUNDS = 5
DATASETS = {
    "faceforensics": ["real", "deepfakes", "face2face", "faceswap", "neuraltextures"],
    "celeb_df": ["real", "celeb_df"],
    "hififace": ["real", "hififace"],
    "deeperforensics": ["real", "deeperforensics"],
    "dfd": ["real", "dfd"],
    "deepfake_timit": ["real", "timit_hq", "timit_lq"],
    "df_mobio": ["real", "df_mobio"],
    "own": ["real", "lipsync"],
}
TRAINED = ["faceforensics", "celeb_df", "hififace", "deeperforensics"]
APPROACHES = ["Binary", "Attribution"] + [
    f"{head}-{kind}" for head in ("TripletLoss", "ArcFaceMod") for kind in ("NN", "LR", "SVM")
]
LEVELS = {"video": 1, "frame": 15}
PROTOCOL = Protocol(TRAINED, list(DATASETS), {}, {"all": list(DATASETS)})


def scores(videos: int, crops: int) -> pd.DataFrame:
    """Return scores of ``videos`` x ``crops`` by every approach, spread evenly over the classes."""
    random = np.random.default_rng(1)
    classes = [(name, attack) for name, attacks in DATASETS.items() for attack in attacks]
    place = np.arange(videos * crops) % len(classes)
    table = pd.DataFrame(
        {
            "dataset": np.array([name for name, _ in classes], object)[place],
            "attack": np.array([attack for _, attack in classes], object)[place],
            "split": "test",
        }
    )
    real = (table["attack"] == "real").to_numpy()
    parts = []
    for approach in APPROACHES:
        drawn = 1 / (1 + np.exp(-random.standard_normal(len(table)) - np.where(real, 1, -1)))
        parts.append(table.assign(approach=approach, score=drawn))
    return pd.concat(parts, ignore_index=True)


def figures(of_level: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row of figures for every approach, database, attack and level; rates are made up."""
    rows = []
    for level, table in of_level.items():
        for approach in APPROACHES:
            own = table[table["approach"] == approach]
            for database, members in PROTOCOL.rows().items():
                chosen = PROTOCOL.select(own, members)["attack"]
                n_real = int((chosen == "real").sum())
                for attack in ("all", *sorted(set(chosen) - {"real"})):
                    n = len(chosen) - n_real if attack == "all" else int((chosen == attack).sum())
                    rows.append(
                        {"approach": approach, "seed": 1, "database": database, "attack": attack}
                        | {"compression": "c23", "level": level, "auc": 92.0, "eer": 15.0}
                        | {"ap": 85.0}
                        | {"fnr": 10.0, "fpr": 20.0, "hter": 15.0, "threshold": 0.5}
                        | {"threshold_scores": "held_out", "n_real": n_real, "n_fake": n}
                        | {"k_fnr": n_real // 10, "k_fpr": n // 5, "videos_without_face": 0}
                        | {"videos_missing": 0, "coverage": 100.0, "missing": ""}
                    )
    return pd.DataFrame(rows)


def build(videos: int, reports: Path) -> Path:
    """Write the page below ``reports``; return its path."""
    of_level = {level: scores(videos, crops) for level, crops in LEVELS.items()}
    table, folder = figures(of_level), reports / "page"
    sums = {
        level: score_figures.summary(each, table, PROTOCOL, level, 1)
        for level, each in of_level.items()
    }
    classes = ["real", *sorted(a for name in TRAINED for a in DATASETS[name] if a != "real")]
    counted = of_level["video"].groupby(["approach", "dataset", "attack"]).size().reset_index()
    counted.columns = pd.Index(["approach", "database", "true", "n"])
    counted["seed"] = 1
    counted["predicted"] = counted["true"].where(counted["true"].isin(classes), classes[1])
    curve: dict[str, Any] = {"seed": 1, "best": 20, "epoch": list(range(1, 21))}
    curve |= {name: [1 / epoch for epoch in curve["epoch"]] for name in ("train_loss", "val_loss")}
    heads = [{"name": name, "seeds": [curve]} for name in ("Binary", "Attribution")]
    assets.copy(folder)
    counts = matrices(counted, table, classes, TRAINED, {}, 1)
    none = {"choices": [], "views": [], "width": 26}  # rates at further thresholds: a small table
    figure_files.write_all(folder / "data", list(sums.values()), counts, heads, [1], none)
    accuracy = pd.DataFrame(columns=["approach", "database", "n", "n_known", "correct", "accuracy"])
    run = Run(results.over_seeds(table), accuracy.assign(n_known=0), TRAINED, [], 0.1)
    further = fallbacks.draw(sums["video"], folder)
    durable.write(b"[]", reports / "pictures" / "pictures.json")
    content = document.Content(run, fallbacks={"roc": further})
    durable.write(document.render(content, reports / "pictures").encode(), reports / "index.html")
    return reports / "index.html"


def opening(browser: Any, path: Path) -> tuple[float, float]:
    """Return the seconds until the page is loaded, and until its curves are drawn."""
    page = browser.new_page()
    begun = perf_counter()
    page.goto(path.resolve().as_uri(), timeout=600_000)
    loaded = perf_counter() - begun
    begun = perf_counter()
    page.locator("[data-plot=curves]").scroll_into_view_if_needed(timeout=600_000)
    page.locator("[data-plot=curves] .main-svg").first.wait_for(timeout=600_000)
    drawn = perf_counter() - begun
    page.close()
    return loaded, drawn


def main() -> None:
    """Build the page, open it several times, write the medians."""
    sync_playwright = measure.peer("playwright.sync_api").sync_playwright
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--videos", type=int, default=30_000)
    chosen = measure.options(parser)
    videos = chosen.videos
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    # the pictures of the page are looked for beside it: paths are relative to the folder
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        os.chdir(folder)
        path = build(videos, Path("reports"))
        size = sum(file.stat().st_size for file in Path("reports/page/data").iterdir())
        print(f"{videos} videos: page {path.stat().st_size:,} bytes, data {size:,} bytes")
        browser = driver.chromium.launch(executable_path=chromium, chromium_sandbox=False)
        rounds = [opening(browser, path) for _ in range(ROUNDS)]
        browser.close()
    names = ("page/opened", "page/curves-drawn")
    machine = measure.machine()
    found = []
    for name, seconds in zip(names, zip(*rounds, strict=True), strict=True):
        took = round(median(seconds), 2)
        ratio = round(LIMIT / took, 2)
        found.append(measure.Result(name, took, LIMIT, ratio, "seconds", machine))
    measure.show(found)
    measure.keep(found, chosen)


if __name__ == "__main__":
    main()
