"""What benchmarks/projection.py says follows, against sums done by hand."""

from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def projection(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import projection  # type: ignore[import-not-found]

    return projection


def row(projection: Any) -> Any:
    return projection.Measured(
        name="sample",
        videos=100,
        cores=2,
        frames=15,
        extract_seconds=52.0,
        extract_cpu=102.0,
        extract_packing=2.0,
        crop_seconds=105.0,
        crop_cpu=201.0,
        crop_packing=1.0,
        extract_own_mb=300.0,
        crop_own_mb=400.0,
        worker_mb=500.0,
        total_mb=1200.0,
        videos_mb=100.0,
        frames_mb=300.0,
        crops_mb=20.0,
        faces_found=1490,
    )


@pytest.mark.parametrize(
    ("cores", "extract", "crop", "bottleneck"),
    [
        # per video: 1 CPU second of decoding, 2 of search, 0.03 s of packing
        (2, 50_000 / 2 / 3600, 50_000 * 2 / 2 / 3600, "search for faces"),
        (16, 50_000 / 16 / 3600, 50_000 * 2 / 16 / 3600, "search for faces"),
        (256, 50_000 / 256 / 3600, 50_000 * 2 / 256 / 3600, "packing (one process)"),
    ],
)
def test_work_is_shared_and_packing_is_not(
    projection: Any, cores: int, extract: float, crop: float, bottleneck: str
) -> None:
    one = projection.project(row(projection), cores)
    assert one.extract == pytest.approx(extract) and one.crop == pytest.approx(crop)
    assert one.packing == pytest.approx(0.03 * 50_000 / 3600)
    assert one.hours() == pytest.approx(extract + crop + one.packing)
    assert one.bottleneck() == bottleneck
    # 1 MB of video, twice 3 of frames, 0.2 of crops, in 3 CPU seconds
    assert one.megabytes_per_second == pytest.approx(7.2 * cores / 3)


def test_tables_show_what_was_measured_and_the_disk(projection: Any) -> None:
    text = projection.markdown([row(projection)], "two cores")
    costs = "15 | 1020 | 2010 | 30.0 | 300 | 400 | 500 | 1200 | 52 | 105 | 3000 | 200"
    assert f"| sample (100) | {costs} |" in text
    assert "Disk: frames 150 GB, crops 10 GB;" in text
