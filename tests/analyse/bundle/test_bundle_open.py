"""Every kind of damage to a bundle is one clear line, before anything is parsed."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.external_data_helper import set_external_data

from deepfake_attribution import load_bundle
from deepfake_attribution.analyse.bundle import files
from deepfake_attribution.analyse.bundle.exporting import export
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.analyse.bundle.record import OLDER, RECORD
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.faces import weights
from trained_project import rewrite

pytestmark = pytest.mark.usefixtures("one_thread")
FINDER = f"detector/{weights.FILES['full_range']}"
FINDER_ONNX = f"detector/{weights.ONNX['full_range']}"
NAMES = [
    *("README.md", "SHA256SUMS", "bundle.json", "classifier.json", "classifier.skops"),
    *(FINDER_ONNX, FINDER),
    *(
        "distances.parquet",
        "gallery.parquet",
        "known.parquet",
        "model.json",
        "model.onnx",
        "model.safetensors",
    ),
]


def refused(folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        open_bundle(folder)
    line = str(caught.value)
    assert "\n" not in line and "dvc" not in line and str(folder) in line
    return line


def seal(folder: Path) -> None:
    """Make hashes right again, as somebody who means it would."""
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    own = sorted(set(there) - {RECORD, files.SUMS})
    rewrite(folder / RECORD, files={name: sha256(folder / name) for name in own})
    sums = {name: sha256(folder / name) for name in [*own, RECORD]}
    (folder / files.SUMS).write_text(files.sums(sums))


@pytest.mark.slow
def test_these_are_the_files(bundle: Path) -> None:
    assert files.listed(bundle) == NAMES
    seal(bundle)
    assert open_bundle(bundle).record.approach == "ArcFaceMod-LR"


@pytest.mark.parametrize("name", NAMES)
def test_changed_byte(name: str, bundle: Path) -> None:
    content = bytearray((bundle / name).read_bytes())
    for place in (0, len(content) // 2, len(content) - 1):
        changed = bytearray(content)
        changed[place] ^= 1
        (bundle / name).write_bytes(changed)
        line = refused(bundle)
        # a record and its sum that differ: either may be the damaged one
        told = name if name != "SHA256SUMS" else ("SHA256SUMS", "bundle.json")
        assert any(one in line for one in ([told] if isinstance(told, str) else told))
        assert "is damaged or was changed after the export" in line


@pytest.mark.parametrize("name", NAMES)
def test_missing_file(name: str, bundle: Path) -> None:
    (bundle / name).unlink()
    line = refused(bundle)
    assert name in line and ("is missing" in line or "has no bundle.json" in line)


@pytest.mark.parametrize("name", NAMES)
def test_truncated_and_empty_file(name: str, bundle: Path) -> None:
    content = (bundle / name).read_bytes()
    for length in (len(content) - 1, 0):
        (bundle / name).write_bytes(content[:length])
        assert "is damaged or was changed" in refused(bundle)


@pytest.mark.parametrize("name", ["notes.txt", "detector/other.tflite", "deep/er/x", ".hidden"])
def test_extra_file(name: str, bundle: Path) -> None:
    (bundle / name).parent.mkdir(parents=True, exist_ok=True)
    (bundle / name).write_text("more")
    assert f"{name} is no part of this bundle: take it out" in refused(bundle)


class Bomb:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, ("exploded",)


@pytest.mark.parametrize("name", ["classifier.pkl", "model.pt", "weights.bin", "a/b.JOBLIB"])
def test_pickle_is_refused_by_its_name_listed_or_not(name: str, bundle: Path) -> None:
    (bundle / name).parent.mkdir(parents=True, exist_ok=True)
    (bundle / name).write_bytes(pickle.dumps(Bomb()))
    assert f"{name}: refused: a bundle has no pickles" in refused(bundle)
    seal(bundle)
    assert f"{name}: refused: a bundle has no pickles" in refused(bundle)
    assert not Path("exploded").exists()


@pytest.mark.parametrize(
    "name",
    [
        *("classifier.skops", "distances.parquet", "gallery.parquet", "known.parquet"),
        *("model.onnx", "model.json"),
    ],
)
def test_pickle_by_another_name_is_never_run(name: str, bundle: Path) -> None:
    (bundle / name).write_bytes(pickle.dumps(Bomb()))
    seal(bundle)
    refused(bundle)
    assert not Path("exploded").exists()


def test_links_are_refused(bundle: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    shutil.move(bundle / "model.json", secret)
    (bundle / "model.json").symlink_to(secret)
    assert "model.json is a link" in refused(bundle)
    (bundle / "model.json").unlink()
    shutil.move(secret, bundle / "model.json")
    (bundle / "loop").symlink_to(bundle.resolve())
    assert "loop is a link" in refused(bundle)
    (bundle / "loop").unlink()
    os.mkfifo(bundle / "pipe")
    assert "pipe is no plain file" in refused(bundle)


def test_folder_itself_may_be_reached_through_a_link(bundle: Path) -> None:
    Path("other").symlink_to(bundle)
    assert open_bundle(Path("other")).record.head == "arcface"


def test_bundle_of_an_older_version_opens_without_what_came_later(bundle: Path) -> None:
    record = json.loads((bundle / RECORD).read_text())
    del record["likelihood"], record["no_likelihood"], record["maps"]
    for row in record["tested"]:
        del row["cllr"]
    (bundle / RECORD).write_text(json.dumps(record))
    seal(bundle)
    opened = open_bundle(bundle).record
    assert opened.likelihood is None and opened.without_likelihood == OLDER
    assert opened.maps is None


@pytest.mark.parametrize(
    ("key", "value"),
    [("lower", 0.5), ("upper", 99.0), ("databases", []), ("scale", "identity"), ("slope", "x")],
)
def test_impossible_calibration_is_refused(bundle: Path, key: str, value: object) -> None:
    calibration = json.loads((bundle / RECORD).read_text())["likelihood"]
    rewrite(bundle / RECORD, likelihood=calibration | {key: value})
    seal(bundle)
    assert "calibration" in refused(bundle) or "likelihood" in refused(bundle)


def test_another_format_names_both(bundle: Path) -> None:
    rewrite(bundle / RECORD, format=3, further="keys")
    seal(bundle)
    assert "a bundle of format 3, but this version" in refused(bundle)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"threshold": "high"}, "threshold"),
        ({"neighbours": 0}, "neighbours"),
        ({"classes": ["real", "mouth"]}, "has the classes real, mouth, swap, bundle.json real, mo"),
        ({"classes": ["mouth", "real", "swap"]}, "do not belong together"),
        ({"head": "triplet", "approach": "TripletLoss-LR"}, "head triplet, model.json arcface"),
        ({"approach": "ArcFaceMod-NN"}, "is not head arcface with classifier lr"),
        ({"classifier": "nn", "approach": "ArcFaceMod-NN"}, "classifier.json is of lr"),
        ({"score_kind": "decision"}, "kind probability, bundle.json of lr with decision"),
        ({"more": 1}, "more"),
    ],
)
def test_record_that_does_not_fit(change: dict, told: str, bundle: Path) -> None:
    rewrite(bundle / RECORD, **change)
    seal(bundle)
    assert told in refused(bundle)


def test_parts_of_another_bundle(project: Path, built: Path) -> None:
    """Each is whole and has its hash; together they would say nonsense."""
    export(gather("Attribution"), Path("other"))
    for name in ("model.onnx", "known.parquet", "model.json", "model.safetensors"):
        shutil.copytree(built / "out", "mixed")
        shutil.copy(Path("other") / name, Path("mixed") / name)
        seal(Path("mixed"))
        refused(Path("mixed"))
        shutil.rmtree("mixed")


def test_classifier_of_another_class_list(bundle: Path) -> None:
    rewrite(bundle / RECORD, classes=["real", "mouth", "morph"])
    rewrite(bundle / "model.json", classes=["real", "mouth", "morph"])
    seal(bundle)
    assert "classifier.skops has the classes mouth, real, swap" in refused(bundle)


@pytest.mark.parametrize("name", ["model.onnx", FINDER_ONNX])
def test_network_that_would_read_other_files(name: str, bundle: Path) -> None:
    model = onnx.load(bundle / name)
    set_external_data(model.graph.initializer[0], "../secret.bin")
    model.graph.initializer[0].ClearField("raw_data")
    (bundle / name).write_bytes(model.SerializeToString())
    seal(bundle)
    assert f"{name} refers to files outside of it" in refused(bundle)


@pytest.mark.slow
def test_on_a_cpu_neither_bundle_nor_face_finder_loads_torch(bundle: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.analyse.watching import Way, _load
opened = open_bundle(Path({str(bundle.absolute())!r}), "cpu")
about = opened.record
_load(Way(about.extract, about.crop, about.detector, opened.detector, "cpu", 60, 300, 64))
print(sorted({{"torch", "onnx", "tflite"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_another_face_finder(bundle: Path) -> None:
    (bundle / FINDER).write_bytes(b"TFL3")
    seal(bundle)
    assert "is not the file of mediapipe==0.10.21" in refused(bundle)


def test_face_finder_of_another_kind_as_onnx(bundle: Path, weights_folder: Path) -> None:
    model = onnx.load(bundle / FINDER_ONNX)
    model.metadata_props[0].value = "another hash"
    (bundle / FINDER_ONNX).write_bytes(model.SerializeToString())
    seal(bundle)
    assert "was not made from face_detection_full_range_sparse.tflite" in refused(bundle)
    for content in ((weights_folder / weights.ONNX["short_range"]).read_bytes(), b"no protobuf"):
        (bundle / FINDER_ONNX).write_bytes(content)
        seal(bundle)
        assert f"{FINDER_ONNX} cannot be run" in refused(bundle)


def test_no_bundle_at_all(tmp_path: Path) -> None:
    assert "no such folder" in refused(tmp_path / "nowhere")
    assert "has no bundle.json" in refused(tmp_path)
    for text in ("", "[1]", "{", "[" * 100_000):
        (tmp_path / RECORD).write_text(text)
        assert "not the record of a bundle" in refused(tmp_path)


@pytest.mark.slow
def test_garbage_with_right_hashes_is_one_line(bundle: Path) -> None:
    """As somebody makes it who means it, or a disk that failed before the export."""
    random = np.random.default_rng(7)
    for _ in range(15):
        for name in NAMES:
            if name in (RECORD, files.SUMS, "README.md"):
                continue
            content = (bundle / name).read_bytes()
            damaged = bytearray(content)
            for place in random.integers(0, len(content), 30):
                damaged[place] = random.integers(256)
            (bundle / name).write_bytes(damaged[: random.integers(1, len(content) + 1)])
            seal(bundle)
            with suppress(UserError):  # some damage leaves another model that can be run
                open_bundle(bundle, "cpu")
            (bundle / name).write_bytes(content)


def test_missing_folder_is_one_line_without_the_way_through_the_package(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere: no such folder; `deepfake-attribution") as stop:
        load_bundle(tmp_path / "nowhere")
    assert "\n" not in str(stop.value)
    assert [entry.name for entry in stop.traceback][1:] == ["load_bundle"]
