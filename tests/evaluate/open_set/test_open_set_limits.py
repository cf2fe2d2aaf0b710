"""The limit of the distance: set on validation videos, each measured to those of other sources."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate.open_set import limits, new_attacks


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Catalog and embeddings of validation videos: twenty sources, two videos each."""
    monkeypatch.chdir(tmp_path)
    rows = [
        {"video": f"d/{attack}/-/{n}", "dataset": "d", "attack": attack, "split": "val"}
        | {"source": f"s{n}"}
        for n in range(20)
        for attack in ("real", "swap")
    ]
    videos = pd.DataFrame(rows)
    tables.write(videos, paths.catalog("d"))
    return videos


def embedded(videos: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, alike: bool) -> None:
    """Give each video two crops; those of a source are nearly the same vectors."""
    random = np.random.default_rng(0)
    own = {source: random.normal(size=8) for source in videos["source"]}
    crops = videos.loc[videos.index.repeat(2), ["video", "source"]].reset_index(drop=True)
    vectors = np.stack([own[source] for source in crops.pop("source")])
    if alike:
        vectors[:] = 1.0
    vectors = vectors + (0 if alike else 1e-3) * random.normal(size=vectors.shape)
    rows = crops.assign(slot=0, person=0)
    found = rows, vectors.astype(np.float32)
    monkeypatch.setattr(new_attacks, "embedded", lambda *_: found)
    monkeypatch.setattr(new_attacks, "angular", lambda *_: True)


def test_crops_of_the_same_source_do_not_make_a_video_near(
    project: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded(project, monkeypatch, alike=False)
    row = limits.limit("binary", 1, ["d"], neighbours=1, share=0.95)
    assert row["videos"] == 40 and row["note"] == ""
    assert float(str(row["limit"])) > 5  # degrees; its own source is within 0.2
    lower = limits.limit("binary", 1, ["d"], neighbours=1, share=0.5)
    assert float(str(lower["limit"])) < float(str(row["limit"]))
    limits.write([row])
    table = tables.read(paths.open_set() / limits.NAME)
    assert table.loc[0, "approach"] == "Binary" and table.loc[0, "limit"] == row["limit"]


def test_without_a_limit_there_is_a_note(
    project: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded(project, monkeypatch, alike=True)
    row = limits.limit("binary", 1, ["d"], neighbours=1, share=0.95)
    assert np.isnan(float(str(row["limit"]))) and "one and the same embedding" in str(row["note"])
    one = project[project["source"] == "s0"]
    embedded(one, monkeypatch, alike=False)
    row = limits.limit("binary", 1, ["d"], neighbours=1, share=0.95)
    assert row["note"] == "no limit: the validation crops are of 1 source videos"
