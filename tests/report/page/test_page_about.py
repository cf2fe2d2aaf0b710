"""What stands around the figures: frames without a face, what it was made from."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.report.page import made_from, unseen_faces

ROOT = Path(__file__).parents[3]


def faces(dataset: str, rows: list[tuple[str, int, int, str, str]]) -> None:
    columns = ["video", "slot", "person", "status", "reason"]
    tables.write(pd.DataFrame(rows, columns=columns), paths.index(paths.faces(dataset)))
    counts = dict.fromkeys(unseen_faces.COUNTS, 2)
    (paths.faces(dataset) / "report.json").write_text(json.dumps(counts))


def test_frames_without_a_face_are_counted_by_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    faces(
        "one",
        [
            ("a", 0, 0, "ok", ""),
            ("a", 1, 0, "no_face", "nobody"),
            ("a", 1, 1, "ok", ""),  # another person has a crop of this frame
            ("a", 2, 0, "no_face", "nobody"),
            ("b", 0, 0, "unreadable", "damaged"),
            ("b", 1, 0, "no_face", "nobody"),
        ],
    )
    counts, reasons = unseen_faces.section(["one"]).parts[0].tables
    assert counts.rows.iloc[0].tolist() == ["one"] + [2] * len(unseen_faces.COUNTS)
    assert reasons.rows.to_numpy().tolist() == [
        ["one", "no_face", "nobody", 2],
        ["one", "unreadable", "damaged", 1],
    ]
    assert unseen_faces.sheets(["one"], tmp_path / "page") == []
    with pytest.raises(UserError, match=r"report\.json: no such file"):
        unseen_faces.section(["two"])


def test_sheet_is_scaled_to_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    monkeypatch.chdir(tmp_path)
    paths.faces("one").mkdir(parents=True)
    sheet = np.full((300, 2400, 3), 90, np.uint8)
    cv2.imwrite(str(paths.faces("one") / "doubtful.png"), sheet)
    (made,) = unseen_faces.sheets(["none", "one"], tmp_path / "page")
    assert (made.dataset, made.width, made.height) == ("one", 1200, 150)
    assert made.file == "page/sheets/doubtful-1.jpg" and (tmp_path / made.file).exists()


def test_settings_are_flat_without_folders_and_the_spread_of_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tables.write(pd.DataFrame({"a": [1]}), paths.SUPERSET)
    settings = {
        "seed": 1,
        "datasets": {"one": {"adapter": "folder", "root": "/home/me"}},
        "train": {"seeds": [1, 2], "none": {}, "epochs": None},
        "compute": {"workers": 4},
    }
    section = made_from.section(settings, [], [], [])
    data, _, _, versions, chosen = section.parts
    assert chosen.tables[0].rows.to_numpy().tolist() == [
        ["seed", "1"],
        ["datasets.one.adapter", "folder"],
        ["train.seeds", "1, 2"],
        ["train.none", "none"],
        ["train.epochs", "null"],
    ]
    assert data.tables[0].rows["SHA-256"].tolist() == [made_from.digest(paths.SUPERSET)]
    assert "torch" in set(versions.tables[0].rows["package"])
    with pytest.raises(UserError, match="no such file"):
        made_from.section(settings, ["gone"], [], [])


def test_digest_is_the_beginning_of_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert made_from.digest(tmp_path / "a") == "ba7816bf8f01cfea"


def test_every_stage_of_the_pipeline_is_named_in_order() -> None:
    stages = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    table = made_from.ran(["one", "two"], ["binary"], ["one"]).set_index("stage")
    # dvc.yaml has the bundle earlier than it runs: its metrics are the first columns
    assert sorted(table.index) == sorted(stages)
    own, named = ([name for name in each if name != "bundle"] for each in (stages, table.index))
    assert named == own
    assert table.loc[["render", "crop", "train"], "for"].tolist() == ["one", "one, two", "binary"]
    assert table.loc["embed", "for"] == "each of 1 heads and 2 datasets"
    assert "render" not in set(made_from.ran(["one"], ["binary"], [])["stage"])
