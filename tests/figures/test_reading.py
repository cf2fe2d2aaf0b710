"""The functions for notebooks: what the files hold, and the pictures that the stage writes."""

from pathlib import Path

import pytest
from small_project import APPROACHES, HEADS, SEEDS, crops

from chosen_heads import write_heads
from deepfake_attribution.cli import reading, redrawing
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures import gallery, shown, style


def test_tables_are_those_of_the_files(project: Path) -> None:
    for head, approach in zip(HEADS, APPROACHES, strict=True):
        for table in (reading.scores(head), reading.frame_scores(head)):
            assert set(table["approach"]) == {approach} and set(table["seed"]) == set(SEEDS)
    with Path("params.yaml").open("a") as params:
        params.write("datasets:\n  one:\n    adapter: manifest\n    root: one\n")
    assert len(reading.embeddings("arcface", "one", 1)) == len(crops("one"))
    with pytest.raises(UserError, match="gone: no such dataset; there are one"):
        reading.embeddings("arcface", "gone", 1)
    assert reading.curves("triplet", 2)["val_loss"].tolist() == [3, 1, 2]
    assert set(reading.figures()["approach"]) == set(APPROACHES)
    assert set(reading.confusion()["approach"]) == set(APPROACHES) - {"Binary"}


def test_maps_and_their_points(mapped: Path) -> None:
    about = reading.maps("arcface").set_index("map")
    points = reading.map_points("arcface")
    assert about.loc["one", "crops"] == (points["map"] == "one").sum() > 0
    assert about["components"].isna().all()  # 8 numbers are laid out as they are


def test_what_is_missing_is_one_line_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_heads()
    with pytest.raises(UserError, match=r"data/scores/arcface\.parquet: no such file; `dvc repro`"):
        reading.scores("arcface")
    with pytest.raises(UserError, match=r"seed-7/curve\.csv: no such file; `dvc repro train@arc"):
        reading.curves("arcface", 7)
    with pytest.raises(UserError, match="arcfase: no such head; there are binary, attribution"):
        reading.maps("arcfase")


def test_settings_give_what_the_stage_draws(mapped: Path) -> None:
    from small_project import PROTOCOL

    found = shown.from_settings()
    assert found.protocol.training == PROTOCOL.training
    assert list(found.protocol.databases) == list(PROTOCOL.databases)
    assert list(found.seeds) == list(SEEDS)
    assert list(found.classes.others) == ["morph"]


@pytest.mark.slow
def test_a_redrawn_picture_is_the_report_s(mapped: Path) -> None:
    listed = gallery.draw_all(shown.from_settings())
    assert redrawing.pictures()["file"].tolist() == [picture.file for picture in listed]
    drawn = {
        "roc.png": redrawing.roc(),
        "training.png": redrawing.training(),
        "confusion-binary.png": redrawing.confusion("Binary"),
        "tsne-arcface-new.png": redrawing.embedding_map("arcface", "new"),
    }
    for name, figure in drawn.items():
        with style.drawing():
            style.save(figure, Path("again.png"))
        assert Path("again.png").read_bytes() == (paths.pictures() / name).read_bytes(), name
    redrawing.save_for_print(redrawing.roc(), "roc.pdf")
    assert Path("roc.pdf").read_bytes() == (paths.pictures() / "roc.pdf").read_bytes()
    with pytest.raises(
        UserError, match=r"^tsne-arcface-few\.png: no such picture; there are .*roc"
    ):
        redrawing.embedding_map("arcface", "few")


def test_catalog_that_is_missing_is_named(mapped: Path) -> None:
    paths.catalog("new").unlink()
    with pytest.raises(UserError, match=r"catalog/new\.parquet: no such file"):
        redrawing.roc()
    assert len(tables.read(paths.catalog("one")))
