"""The pipeline on real faces: real videos with simulated attacks, and one real fake to test on.

Needs the folder shared/sample beside the repository; skipped where it is absent.
"""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from pipeline_copy import ROOT, ran, repository, run

SAMPLE = ROOT.parent / "shared" / "sample"
PER_SPLIT = 2  # people of each split; the shortest videos of the sample
# With all that comes before them. Other heads, pictures and pages look at no video themselves.
ENDS = ("evaluate@binary", "evaluate@triplet")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SAMPLE.is_dir(), reason="shared/sample is not beside the repository"),
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A repository after `simulate` and `dvc repro` on a few of the sample's videos."""
    folder = repository(tmp_path_factory.mktemp("sample") / "repository")
    _choose(folder / "chosen")
    command = ("deepfake-attribution", "simulate", "chosen", "data/datasets/sample")
    run(folder, *command, "--attacks", "sim_decoder_swap,sim_mouth", "--frames", "6")
    path = folder / "params.yaml"
    yaml = YAML()
    settings = yaml.load(path)
    settings["rendered"] = {}
    settings["datasets"] = {
        "sample": {
            "adapter": "manifest",
            "root": "data/datasets/sample",
            "manifest": "manifest.csv",
        }
    }
    settings["superset"]["datasets"] = ["sample"]
    yaml.dump(settings, path)
    return folder, ran(run(folder, "dvc", "repro", *ENDS))


def _choose(folder: Path) -> None:
    """Link a few videos of each split, and one fake, and list them."""
    (folder / "videos").mkdir(parents=True)
    with (SAMPLE / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: float(row["duration_s"]))
    chosen = [row for row in rows if row["attack"] != "real"][:1]
    for split in ("train", "val", "test"):
        people: dict[str, dict[str, str]] = {}
        for row in rows:
            if row["attack"] == "real" and row["split"] == split:
                people.setdefault(row["identity"], row)
        chosen += list(people.values())[:PER_SPLIT]
    for row in chosen:
        (folder / row["path"]).symlink_to(SAMPLE / row["path"])
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, list(rows[0]))
        table.writeheader()
        table.writerows(chosen)


def test_every_kind_of_stage_that_reads_videos_or_crops_runs(
    finished: tuple[Path, list[str]],
) -> None:
    _, stages = finished
    assert {name.split("@")[0] for name in stages} == {
        *("settings", "weights", "starting_weights", "catalog", "extract", "crop", "superset"),
        *("train", "embed", "fit", "evaluate"),
    }


def test_a_face_is_found_in_every_frame(finished: tuple[Path, list[str]]) -> None:
    folder, _ = finished
    index = pd.read_parquet(folder / "data" / "faces" / "sample" / "index.parquet")
    assert len(index) == 4 * (3 * PER_SPLIT * 3 + 1)
    assert index["status"].eq("ok").mean() >= 0.99


def test_the_real_fake_is_tested_on_and_not_trained_on(finished: tuple[Path, list[str]]) -> None:
    folder, _ = finished
    superset = pd.read_parquet(folder / "data" / "superset.parquet")
    assert set(superset["attack"]) == {"real", "sim_decoder_swap", "sim_mouth"}
    scores = pd.read_parquet(folder / "data" / "scores" / "binary.parquet")
    tested = scores[scores["split"] == "test"]["attack"].value_counts()
    assert tested["real"] == tested["sim_mouth"] == PER_SPLIT
    real_fakes = set(tested.index) - {"real", "sim_decoder_swap", "sim_mouth"}
    assert len(real_fakes) == 1 and tested[real_fakes.pop()] == 1
    metrics = json.loads((folder / "metrics" / "binary" / "Binary.json").read_text())
    assert set(metrics) == {"seen"} and set(metrics["seen"]) == {"auc", "hter"}
