from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from crop_sets import CLASSES, SIZE, write_dataset
from deepfake_attribution import paths, tables
from deepfake_attribution.backbones import make_encoder
from deepfake_attribution.embeddings import ABOUT, SCHEMA, embed
from deepfake_attribution.errors import UserError
from deepfake_attribution.loading import Crops
from deepfake_attribution.model import Description, load_network, save
from deepfake_attribution.network import Network, outputs_of
from deepfake_attribution.params.backbone import Backbone
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.embed import Embed

COMPUTE = Compute(workers=1, device="auto", devices=1, precision="32-true", block_videos=1)
BACKBONE = Backbone(name="lcnet_035", weights="none", input_size=SIZE, embedding=8)
SETTINGS = Embed(splits=["val", "test"], batch_size=5)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: tests run side by side, and waiting threads would take turns."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset("one")


def make(head: str) -> Path:
    torch.manual_seed(0)
    encoder = make_encoder(BACKBONE)
    network = Network(encoder, outputs_of(head, CLASSES, BACKBONE.embedding))
    mean, std = encoder.mean, encoder.std
    description = Description(head, CLASSES, BACKBONE.model_dump(), mean, std, {})
    save(network.state_dict(), description, paths.model(head))
    return paths.model(head)


def asked() -> pd.DataFrame:
    """Return the crops that have to come out, in the order of the index of faces."""
    index = tables.read(paths.index(paths.faces("one")))
    videos = tables.read(paths.catalog("one"))
    joined = index[index["status"] == "ok"].merge(videos, on="video")
    return joined[joined["split"] != "train"].reset_index(drop=True)


def reference(head: str) -> tuple[np.ndarray, np.ndarray]:
    """Return features and outputs of all crops in one batch."""
    network, _ = load_network(paths.model(head))
    crops = Crops(asked().astype({"offset": int, "length": int}), paths.faces("one"), SIZE)
    images = torch.stack([crops[row][0] for row in range(len(crops))])
    with torch.no_grad():
        return network.features(images).numpy(), network(images).numpy()


def stacked(rows: list[dict], column: str) -> np.ndarray:
    return np.stack([row[column] for row in rows])


@pytest.mark.parametrize("head", ["binary", "attribution", "triplet", "arcface"])
def test_one_row_per_crop_in_order_with_what_it_shows(head: str) -> None:
    rows = embed(make(head), "one", SETTINGS, COMPUTE)
    expected = asked()
    assert len(rows) == 2 * 3 * 2 * 3  # splits, classes, videos, crops
    table = pd.DataFrame(rows)
    columns = ["video", "slot", "frame", *ABOUT]
    pd.testing.assert_frame_equal(table[columns], expected[columns], check_dtype=False)
    tables.write_rows(rows, Path("e.parquet"), SCHEMA)
    assert len(tables.read(Path("e.parquet"))) == len(rows)


def test_attribution_gives_the_layer_before_the_last_and_p_real_first() -> None:
    rows = embed(make("attribution"), "one", SETTINGS, COMPUTE)
    features, outputs = reference("attribution")
    np.testing.assert_allclose(stacked(rows, "embedding"), features, rtol=1e-4, atol=1e-5)
    shares = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(stacked(rows, "probabilities"), shares, rtol=1e-4, atol=1e-6)
    assert [row["predicted"] for row in rows] == [CLASSES[i] for i in shares.argmax(axis=1)]
    assert features.shape[1] > BACKBONE.embedding


def test_binary_gives_p_real_and_predicts_no_class() -> None:
    rows = embed(make("binary"), "one", SETTINGS, COMPUTE)
    _, outputs = reference("binary")
    real = 1 / (1 + np.exp(-outputs[:, 0]))
    expected = np.stack([real, 1 - real], axis=1)
    np.testing.assert_allclose(stacked(rows, "probabilities"), expected, rtol=1e-4, atol=1e-6)
    assert {row["predicted"] for row in rows} == {None}


def test_embedding_heads_give_their_output_alone() -> None:
    rows = embed(make("triplet"), "one", SETTINGS, COMPUTE)
    _, outputs = reference("triplet")
    np.testing.assert_allclose(stacked(rows, "embedding"), outputs, rtol=1e-4, atol=1e-5)
    assert stacked(rows, "embedding").shape[1] == BACKBONE.embedding
    assert {(row["probabilities"], row["predicted"]) for row in rows} == {(None, None)}


def test_only_the_splits_asked_for() -> None:
    rows = embed(make("triplet"), "one", Embed(splits=["test"], batch_size=64), COMPUTE)
    assert {row["split"] for row in rows} == {"test"} and len(rows) == 18


def test_dataset_without_these_splits_gives_no_row() -> None:
    write_dataset("trained", splits=("train",))
    assert embed(make("triplet"), "trained", SETTINGS, COMPUTE) == []


def test_missing_model_or_dataset_is_named() -> None:
    with pytest.raises(UserError, match=r"models/binary/model\.json: no such file"):
        embed(paths.model("binary"), "one", SETTINGS, COMPUTE)
    make("binary")
    with pytest.raises(UserError, match=r"data/catalog/two\.parquet: no such file"):
        embed(paths.model("binary"), "two", SETTINGS, COMPUTE)
