import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deepfake_attribution.analyse.bundle.approaches import validated
from deepfake_attribution.analyse.bundle.exporting import export
from deepfake_attribution.analyse.bundle.finding import find
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from trained_project import TRAINING

pytestmark = pytest.mark.usefixtures("one_thread")


def refused(model: str | None, approach: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        find(None if model is None else Path(model), approach)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_project_in_the_current_folder(project: Path) -> None:
    names = ["Attribution", "ArcFaceMod-NN", "ArcFaceMod-LR", "ArcFaceMod-SVM"]
    assert [one.approach.name for one in validated(1, TRAINING)] == names
    assert [one.approach.name for one in validated(2, TRAINING)] == ["Attribution"]
    assert find(None, "arcfacemod-svm").record.score_kind == "decision"
    own = find(Path(), None).record
    hters = {one.approach.name: one.hter for one in validated(1, TRAINING)}
    assert own.validation_hter == hters[own.approach] == min(filter(None, hters.values()))
    assert find(Path("models"), None).record == own
    assert refused(None, "Binary") == (
        "--approach: 'Binary' is not trained yet (`dvc repro`); there are " + ", ".join(names)
    )
    assert "'Nonsense' does not exist; there are Attribution, " in refused(None, "Nonsense")
    with pytest.raises(UserError, match=r"--seed 3: not one of train.seeds: 1, 2"):
        gather(None, 3)


def test_bundle_and_its_approach(bundle: Path) -> None:
    assert find(bundle, None).detector == bundle / "detector"
    assert find(bundle, "arcfacemod-lr").record.approach == "ArcFaceMod-LR"
    line = refused("bundle", "Binary")
    assert "'Binary' is not in the bundle bundle, which has ArcFaceMod-LR" in line


def test_anything_else_is_told_what_to_give(project: Path, tmp_path: Path) -> None:
    for model in ("models/arcface", "models/arcface/seed-1", "models/classifiers/arcface/lr"):
        assert "export DIR" in refused(model)
    assert "trained head without threshold" in refused("models/arcface")
    assert "no such folder" in refused("nowhere")
    assert "a file, not a folder" in refused("params.yaml")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(project, elsewhere)
    assert "a project, not a bundle; run this in it" in refused(str(elsewhere))


def test_bundle_below_the_folder_is_named(tmp_path: Path) -> None:
    for name in ("best", "best/history/1", ".best.tmp"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "bundle.json").touch()
        if "history" not in name:
            (tmp_path / name / "model.json").touch()
    line = f"--model: {tmp_path}: not a bundle: did you mean {tmp_path / 'best'}?"
    assert refused(str(tmp_path)) == line
    assert "did you mean" not in refused(str(tmp_path / "best/history"))
    shutil.copytree(tmp_path / "best", tmp_path / "mine")
    assert refused(str(tmp_path)).endswith(
        f"give one of those in it: {tmp_path / 'best'}, {tmp_path / 'mine'}"
    )


def test_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no params.yaml in this folder" in refused(None)
    shutil.copy(Path(__file__).parents[3] / "params.yaml", "params.yaml")
    assert "no approach is trained and evaluated here yet" in refused(None)


def test_model_of_another_class_list_than_the_data(project: Path) -> None:
    crops = tables.read(paths.SUPERSET)
    tables.write(crops[crops["attack"] != "swap"], paths.SUPERSET)
    line = refused(None)
    assert (
        "was trained on the classes real, mouth, swap, but data/superset.parquet has real" in line
    )


@pytest.mark.parametrize("missing", ["data/superset.parquet", "data/embeddings"])
def test_file_that_is_not_there_is_named(missing: str, project: Path) -> None:
    path = Path(missing)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert missing in refused(None)


@pytest.mark.slow
def test_bundle_is_opened_without_torch(project: Path) -> None:
    export(gather("ArcFaceMod-LR"), Path("out"))
    code = (
        "from pathlib import Path; from deepfake_attribution.analyse.bundle.finding import find; "
    )
    code += "find(Path('out'), None); find(None, 'Attribution'); import sys; "
    code += "assert not {'torch', 'timm'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
