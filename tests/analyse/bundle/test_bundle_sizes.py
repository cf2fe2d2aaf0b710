"""Bundles that unfold in memory, and impossible numbers: one line, before they are used."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_bundle_open import refused, seal

from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA
from deepfake_attribution.analyse.bundle.record import DISTANCES, RECORD
from trained_project import rewrite

pytestmark = pytest.mark.usefixtures("one_thread")
BIG = 10**9


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ("threshold.value", float("nan")),
        ("threshold.value", float("inf")),
        ("threshold.value", 5.0),  # of a probability
        ("threshold.value", -0.1),
        ("threshold.k_pass", BIG),
        ("threshold.n_fake", -1),
        ("extract.frames", BIG),
        ("extract.max_seconds", float("inf")),
        ("crop.margin", float("nan")),
        ("detector.threshold", float("nan")),
        ("validation_hter", float("nan")),
        ("validation_hter", 200.0),
        ("neighbours", 10**30),
        ("seed", -1),
        ("tested.0.auc", float("nan")),
        ("tested.0.fpr", -3.0),
        ("tested.0.n_real", 10**12),
        ("tested.0.intervals.auc", [1.0]),
        ("tested.0.intervals.auc", [float("-inf"), 1.0]),
        ("trained.crops.train", -1),
        ("known", {}),
        ("known.crops", 1),
        ("known.videos", BIG),
        ("known.distances", BIG),
        ("known.more", 1),
    ],
)
def test_impossible_number_in_the_record(keys: str, value: object, bundle: Path) -> None:
    record = json.loads((bundle / RECORD).read_text())
    place = record
    *above, last = [int(key) if key.isdecimal() else key for key in keys.split(".")]
    for key in above:
        place = place[key]
    place[last] = value
    (bundle / RECORD).write_text(json.dumps(record))
    seal(bundle)
    line = refused(bundle)
    assert (keys.split(".")[0] in line or "counts 1000000000" in line) and len(line) < 400


def table_of_zeros(count: int, length: int) -> pa.Table:
    """Return known crops that are all the same: a few kB as a file, in memory as many as wanted."""
    same = pa.array(np.zeros(count * length, np.float32))
    starts = pa.array(np.arange(count + 1, dtype=np.int32) * length)
    columns = {
        "video": pa.array(["v"] * count),
        "dataset": pa.array(["d"] * count),
        "attack": pa.array(["real"] * count),
        "split": pa.array(["val"] * count),
        "embedding": pa.ListArray.from_arrays(starts, same),
    }
    numbers = pa.array(np.zeros(count, np.int32))
    for name in ("slot", "person", "x", "y"):
        columns[name] = numbers.cast(KNOWN_SCHEMA.field(name).type)
    return pa.table([columns[name] for name in KNOWN_SCHEMA.names], KNOWN_SCHEMA)


def test_tables_that_unfold(bundle: Path) -> None:
    tables = {
        "known.parquet": [
            table_of_zeros(40_000, 512),
            table_of_zeros(400_000, 1),
            # few rows, each with the same long text
            table_of_zeros(2_000, 2).set_column(0, KNOWN_SCHEMA.field(0), [["x" * 50_000] * 2_000]),
        ],
        "distances.parquet": [pa.table({"distance": pa.array(np.zeros(20_000_000))})],
    }
    for name, bombs in tables.items():
        whole = (bundle / name).read_bytes()
        for bomb in bombs:
            pq.write_table(bomb, bundle / name, compression="zstd")
            assert (bundle / name).stat().st_size < 700_000
            seal(bundle)
            line = refused(bundle)
            assert f"{name}: would take" in line and "MB of memory, far more" in line
        (bundle / name).write_bytes(whole)


def test_classifiers_that_unfold(bundle: Path) -> None:
    path = bundle / "classifier.skops"
    whole = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    array = next(name for name in parts if name.endswith(".npy"))
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**10,)}
    )
    zeros = header.getvalue().replace(b"10000000000", b"   20000000") + bytes(160_000_000)
    for change, method, reason in (
        ({array: zeros}, zipfile.ZIP_DEFLATED, "its parts are compressed"),
        ({array: header.getvalue()}, zipfile.ZIP_STORED, f"'{array}' is not an array of ours"),
        ({"more.npz": b""}, zipfile.ZIP_STORED, "'more.npz' is not an array of ours"),
        ({array: b"none"}, zipfile.ZIP_STORED, "not a classifier that we wrote"),
    ):
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in (parts | change).items():
                archive.writestr(name, content)
        seal(bundle)
        assert reason in refused(bundle)


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        *(([], 2), ([], None), ([1.0, 2.0], 3), ([1.0, 2.0], 0)),
        *(([float("nan")], 1), ([float("inf")], 1), ([-1.0], 1)),
    ],
)
def test_impossible_distances(values: list[float], counted: int | None, bundle: Path) -> None:
    known = json.loads((bundle / RECORD).read_text())["known"] | {"distances": counted}
    if counted is None:  # a bundle of an earlier version
        known.pop("distances")
    rewrite(bundle / RECORD, known=known)
    pq.write_table(pa.table({"distance": pa.array(values, pa.float64())}), bundle / DISTANCES)
    seal(bundle)
    assert "distances.parquet: has" in refused(bundle)


def test_network_whose_output_is_not_finite(bundle: Path) -> None:
    about = json.loads((bundle / "model.json").read_text())
    for change in ({"std": [0.0, 1.0, 1.0]}, {"mean": [float("nan"), 0.0, 0.0]}, {"std": [1.0]}):
        (bundle / "model.json").write_text(json.dumps(about | change))
        seal(bundle)
        refused(bundle)
