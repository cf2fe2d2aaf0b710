import json
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import torch

import recipes
from crop_sets import CLASSES, SIZE, write_dataset
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.embedding_tables import by_direction
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.embed import embeddings
from deepfake_attribution.embed.embeddings import ABOUT, SCHEMA, embed
from deepfake_attribution.embed.settings import Embed
from deepfake_attribution.model.augmentation import degrade
from deepfake_attribution.model.crop_reader import CropReader
from deepfake_attribution.model.description import ONNX, WEIGHTS, load_description
from deepfake_attribution.model.model import load_network, save
from deepfake_attribution.model.onnx_export import add_onnx
from deepfake_attribution.train.loading import Crops
from recipes import AUGMENT
from trained_heads import BACKBONE, write_head

pytestmark = pytest.mark.usefixtures("one_thread")

COMPUTE = recipes.COMPUTE.model_copy(update={"device": "auto"})
SETTINGS = Embed(splits=["val", "test"], batch_size=5, degraded_chance=0.0)
COPIES = SETTINGS.model_copy(update={"degraded_chance": 0.5})


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset("one")


def make(head: str, seed: int = 0, trained: int = 1, onnx: bool = True) -> Path:
    """Write a network with weights of ``seed`` as the head trained with the seed ``trained``."""
    folder = paths.model(head, trained)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in written(head, seed, onnx).items():
        (folder / name).write_bytes(content)
    return folder


@cache
def written(head: str, seed: int, onnx: bool) -> dict[str, bytes]:
    """Return the files of a network; each is exported once, which takes longer than a test."""
    with tempfile.TemporaryDirectory() as place:
        folder = write_head(head, Path(place) / "head", seed)
        assert not onnx or add_onnx(folder) == ""
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def asked() -> pd.DataFrame:
    """Return the crops that have to come out, in the order of the index of faces."""
    index = tables.read(paths.index(paths.faces("one")))
    videos = tables.read(paths.catalog("one"))
    joined = index[index["status"] == "ok"].merge(videos, on="video")
    return joined[joined["split"] != "train"].reset_index(drop=True)


def reference(head: str) -> tuple[np.ndarray, np.ndarray]:
    """Return features and outputs of all crops in one batch."""
    network, _ = load_network(paths.model(head, 1))
    crops = Crops(asked().astype({"offset": int, "length": int}), paths.faces("one"), SIZE)
    images = torch.stack([crops[row][0] for row in range(len(crops))])
    with torch.no_grad():
        return network.features(images).numpy(), network(images).numpy()


def run(
    folder: Path, dataset: str = "one", settings: Embed = SETTINGS, out: str = "e.parquet"
) -> list[dict]:
    count = embed({folder: Path(out)}, dataset, settings, AUGMENT, COMPUTE, Path("work") / dataset)
    rows = tables.read_rows(Path(out))
    assert len(rows) == count
    assert pq.read_schema(out).equals(SCHEMA)
    assert not list(Path("work").rglob("*.parquet"))
    return rows


def stacked(rows: list[dict], column: str) -> np.ndarray:
    return np.stack([row[column] for row in rows])


@pytest.mark.parametrize("head", ["binary", "attribution", "triplet", "arcface"])
def test_one_row_per_crop_in_order_with_what_it_shows(head: str) -> None:
    rows = run(make(head))
    expected = asked()
    assert len(rows) == 2 * 3 * 2 * 3  # splits, classes, videos, crops
    table = pd.DataFrame(rows)
    columns = ["video", "slot", "person", "frame", *ABOUT]
    pd.testing.assert_frame_equal(table[columns], expected[columns], check_dtype=False)


def test_attribution_gives_the_layer_before_the_last_and_p_real_first() -> None:
    rows = run(make("attribution"))
    features, outputs = reference("attribution")
    np.testing.assert_allclose(stacked(rows, "embedding"), features, rtol=1e-4, atol=1e-5)
    shares = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(stacked(rows, "probabilities"), shares, rtol=1e-4, atol=1e-6)
    assert [row["predicted"] for row in rows] == [CLASSES[i] for i in shares.argmax(axis=1)]
    assert features.shape[1] > BACKBONE.embedding


def test_binary_gives_p_real_and_predicts_no_class() -> None:
    rows = run(make("binary"))
    _, outputs = reference("binary")
    real = 1 / (1 + np.exp(-outputs[:, 0]))
    expected = np.stack([real, 1 - real], axis=1)
    np.testing.assert_allclose(stacked(rows, "probabilities"), expected, rtol=1e-4, atol=1e-6)
    assert {row["predicted"] for row in rows} == {None}


def test_embedding_heads_give_their_output_alone() -> None:
    rows = run(make("triplet"))
    _, outputs = reference("triplet")
    np.testing.assert_allclose(stacked(rows, "embedding"), outputs, rtol=1e-4, atol=1e-5)
    assert stacked(rows, "embedding").shape[1] == BACKBONE.embedding
    assert {(row["probabilities"], row["predicted"]) for row in rows} == {(None, None)}


def test_table_says_whether_the_lengths_of_embeddings_count() -> None:
    folder = make("triplet")
    run(folder)
    assert by_direction(Path("e.parquet"))
    about = json.loads((folder / "model.json").read_text())
    about["training"]["loss"] = {"normalised": False}
    (folder / "model.json").write_text(json.dumps(about))
    run(folder, settings=COPIES, out="f.parquet")
    assert not by_direction(Path("f.parquet"))
    assert not by_direction(paths.degraded(Path("f.parquet")))
    assert not load_description(folder).by_direction
    assert tables.read(Path("f.parquet")).equals(tables.read(Path("e.parquet")))


def test_only_the_splits_asked_for() -> None:
    rows = run(make("triplet"), settings=Embed(splits=["test"], batch_size=64, degraded_chance=0.0))
    assert {row["split"] for row in rows} == {"test"} and len(rows) == 18


def test_dataset_without_these_splits_gives_no_row() -> None:
    write_dataset("trained", splits=("train",))
    assert run(make("triplet"), "trained") == []


def test_missing_model_or_dataset_is_named() -> None:
    with pytest.raises(UserError, match=r"models/binary/seed-1/model\.json: no such file"):
        run(paths.model("binary", 1))
    make("binary")
    with pytest.raises(UserError, match=r"data/catalog/two\.parquet: no such file"):
        run(paths.model("binary", 1), "two")


def fail_at(batch: int, monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[int]:
    """Raise ``error`` at batch number ``batch``, from 1; return the sizes of the batches run."""
    sizes: list[int] = []
    whole = CropReader.read

    def read(self: CropReader, rows: list[int]) -> np.ndarray:
        sizes.append(len(rows))
        if len(sizes) == batch:
            raise error
        return whole(self, rows)

    monkeypatch.setattr(CropReader, "read", read)
    return sizes


@pytest.mark.parametrize("onnx", [True, False])
@pytest.mark.parametrize("head", ["attribution", "triplet"])
def test_finished_parts_are_not_embedded_again_and_the_bytes_are_the_same(
    monkeypatch: pytest.MonkeyPatch, head: str, onnx: bool
) -> None:
    monkeypatch.setattr(embeddings, "PART", 14)  # two batches of 5; 36 crops: 10, 10, 10, 6
    folder = make(head, onnx=onnx)
    run(folder, out="whole.parquet")
    with monkeypatch.context() as patch:
        fail_at(4, patch, RuntimeError("power cut"))
        with pytest.raises(RuntimeError, match="power cut"):
            run(folder)
    assert not Path("e.parquet").exists()
    with monkeypatch.context() as patch:
        sizes = fail_at(0, patch, RuntimeError())
        run(folder)
    assert sizes == [5, 5, 5, 5, 5, 1]  # without the first part
    assert Path("e.parquet").read_bytes() == Path("whole.parquet").read_bytes()
    assert pq.ParquetFile("e.parquet").num_row_groups == 4


def test_parts_change_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make("attribution")
    whole = run(folder)
    monkeypatch.setattr(embeddings, "PART", 5)
    assert run(folder) == whole


def test_parts_of_another_model_or_other_crops_are_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embeddings, "PART", 5)
    for change in (lambda: make("triplet", seed=1), lambda: write_dataset("one", seed=5)):
        make("triplet")
        with monkeypatch.context() as patch:
            fail_at(3, patch, RuntimeError("power cut"))
            with pytest.raises(RuntimeError, match="power cut"):
                run(paths.model("triplet", 1))
        change()
        rows = run(paths.model("triplet", 1))
        _, outputs = reference("triplet")
        np.testing.assert_allclose(stacked(rows, "embedding"), outputs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory"), MemoryError("no buffer of size 9")]
)
def test_want_of_memory_names_the_batch_size(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fail_at(2, monkeypatch, error)
    with pytest.raises(UserError, match=r"not enough memory .*: lower embed\.batch_size"):
        run(make("binary"))
    assert not Path("e.parquet").exists()


def test_shard_made_again_is_named() -> None:
    index = tables.read(paths.index(paths.faces("one")))
    write_dataset("one", seed=3)
    tables.write(index, paths.index(paths.faces("one")))
    with pytest.raises(UserError, match=r"^data/faces/one/shard-00000\.tar: .*crop@one"):
        run(make("binary"))


def outs(folder: str) -> dict[Path, Path]:
    """Return both seeds of a head, and files for their embeddings in ``folder``."""
    return {paths.model("triplet", seed): Path(folder) / f"{seed}.parquet" for seed in (1, 2)}


def test_each_seed_has_its_own_file_the_same_as_by_itself() -> None:
    for seed in (1, 2):
        make("triplet", seed, trained=seed)
    assert embed(outs("both"), "one", SETTINGS, AUGMENT, COMPUTE, Path("work")) == 36
    contents = [path.read_bytes() for path in outs("both").values()]
    assert contents[0] != contents[1]
    for folder, content in zip(outs("both"), contents, strict=True):
        run(folder)
        assert Path("e.parquet").read_bytes() == content


@pytest.mark.slow
@pytest.mark.parametrize("batch", [8, 12, 16])
def test_stopped_at_any_seed_goes_on_there_and_writes_nothing_before_the_last(
    monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(embeddings, "PART", 5)  # 36 crops: 8 batches, each a part
    for seed in (1, 2):
        make("triplet", seed, trained=seed)
    embed(outs("whole"), "one", SETTINGS, AUGMENT, COMPUTE, Path("work"))
    with monkeypatch.context() as patch:
        fail_at(batch, patch, RuntimeError("power cut"))
        with pytest.raises(RuntimeError, match="power cut"):
            embed(outs("again"), "one", SETTINGS, AUGMENT, COMPUTE, Path("work"))
    assert not Path("again").exists()
    with monkeypatch.context() as patch:
        sizes = fail_at(0, patch, RuntimeError())
        embed(outs("again"), "one", SETTINGS, AUGMENT, COMPUTE, Path("work"))
    assert len(sizes) == 16 - (batch - 1)
    for whole, again in zip(outs("whole").values(), outs("again").values(), strict=True):
        assert whole.read_bytes() == again.read_bytes()
    assert not list(Path("work").rglob("*.parquet"))


def test_stopped_while_the_files_are_joined_embeds_nothing_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for seed in (1, 2):
        make("triplet", seed, trained=seed)
    embed(outs("whole"), "one", SETTINGS, AUGMENT, COMPUTE, Path("work"))
    whole_join, joined = embeddings._join, []

    def join(files: list[Path], out: Path, schema: Any) -> None:
        if joined:
            raise RuntimeError("power cut")
        joined.append(out)
        whole_join(files, out, schema)

    with monkeypatch.context() as patch:
        patch.setattr(embeddings, "_join", join)
        with pytest.raises(RuntimeError, match="power cut"):
            embed(outs("again"), "one", SETTINGS, AUGMENT, COMPUTE, Path("work"))
    joined[0].unlink()  # DVC does, before it starts a stage
    sizes = fail_at(0, monkeypatch, RuntimeError())
    embed(outs("again"), "one", SETTINGS, AUGMENT, COMPUTE, Path("work"))
    assert sizes == []
    for one, other in zip(outs("whole").values(), outs("again").values(), strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("head", ["binary", "attribution", "triplet", "arcface"])
def test_onnx_runtime_and_pytorch_say_the_same(head: str) -> None:
    with_onnx, without = run(make(head)), run(make(head, onnx=False))
    assert [row["predicted"] for row in with_onnx] == [row["predicted"] for row in without]
    for column in ("embedding", "probabilities"):
        if without[0][column] is None:
            continue
        one, other = stacked(with_onnx, column), stacked(without, column)
        assert np.abs(one - other).max() <= 1e-4 * np.abs(other).max()


def test_same_bytes_each_time() -> None:
    folder = make("attribution")
    contents = []
    for _ in range(2):
        run(folder)
        contents.append(Path("e.parquet").read_bytes())
    assert contents[0] == contents[1]


def test_weights_that_changed_after_the_onnx_file_was_made_are_refused() -> None:
    folder = make("binary")
    (write_head("binary", Path("other"), seed=1) / WEIGHTS).replace(folder / WEIGHTS)
    with pytest.raises(UserError, match=r"model\.onnx was not made from the model\.safetensors"):
        run(folder)
    assert not Path("e.parquet").exists()


def test_without_onnx_file_pytorch_embeds() -> None:
    folder = make("triplet", onnx=False)
    assert not (folder / ONNX).exists()
    _, outputs = reference("triplet")
    np.testing.assert_allclose(stacked(run(folder), "embedding"), outputs, rtol=1e-4, atol=1e-5)


def test_on_a_cpu_torch_is_not_loaded() -> None:
    folder = make("attribution")
    code = f"""
import sys
from pathlib import Path
from deepfake_attribution.embed.embeddings import embed
from deepfake_attribution.model.settings import Augment
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.embed.settings import Embed
compute = Compute.model_validate_json({COMPUTE.model_dump_json()!r})
augment = Augment.model_validate_json({AUGMENT.model_dump_json()!r})
settings = Embed.model_validate_json({SETTINGS.model_dump_json()!r})
compute = compute.model_copy(update={{"device": "cpu"}})
embed({{Path({str(folder)!r}): Path("e.parquet")}}, "one", settings, augment, compute, Path("work"))
print(sorted({{"torch", "timm", "onnx", "lightning"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
    assert len(tables.read_rows(Path("e.parquet"))) == 36


def awake(folder: Path) -> Path:
    """Normalise the layers of the untrained head in ``folder``: what they let pass fades else."""
    network, description = load_network(folder)
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = None
    random = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 256, (64, 3, SIZE, SIZE), generator=random).to(torch.uint8)
    with torch.no_grad():
        network.train()(noise)
    save(network.state_dict(), description, folder)
    assert not add_onnx(folder)
    return folder


def copies_of(out: str) -> list[dict]:
    return tables.read_rows(paths.degraded(Path(out)))


def test_validation_crops_are_embedded_again_degraded_each_video_in_its_own_way() -> None:
    folder = awake(make("triplet"))
    clean = run(folder, out="off.parquet")
    assert not paths.degraded(Path("off.parquet")).exists()
    assert run(folder, settings=COPIES) == clean  # what the clean crops give stays as it is
    assert Path("e.parquet").read_bytes() == Path("off.parquet").read_bytes()
    copies = copies_of("e.parquet")
    val = [row for row in clean if row["split"] == "val"]
    about = ["video", "slot", "person", "frame", *ABOUT]
    assert [[row[name] for name in about] for row in copies] == [
        [row[name] for name in about] for row in val
    ]
    network, _ = load_network(folder)
    rows = asked().astype({"offset": int, "length": int})
    rows = rows[rows["split"] == "val"]
    crops, seeds = Crops(rows, paths.faces("one"), SIZE), embeddings._seeds(rows["video"])
    how = AUGMENT.model_copy(update={"chance": 0.5})
    pictures = [
        degrade(crops[row][0].permute(1, 2, 0).numpy(), seed, how) for row, seed in enumerate(seeds)
    ]
    with torch.no_grad():
        images = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
        expected = network(images.contiguous()).numpy()
    np.testing.assert_allclose(stacked(copies, "embedding"), expected, rtol=1e-4, atol=1e-5)
    moved = np.linalg.norm(stacked(copies, "embedding") - stacked(val, "embedding"), axis=1)
    assert moved.max() > 0.01
    by_video = rows.assign(seed=seeds).groupby("video")["seed"]
    assert (by_video.nunique() == 1).all() and by_video.first().is_unique


def test_seed_of_a_video_is_its_own_whatever_else_is_embedded() -> None:
    videos = pd.Series(["one/real/-/a", "one/real/-/b", "one/real/-/a"])
    first, second, again = embeddings._seeds(videos)
    assert first == again != second
    assert embeddings._seeds(videos[1:]) == [second, again]
    assert all(1 <= seed <= 2**31 for seed in (first, second))


@pytest.mark.slow
@pytest.mark.parametrize("batch", [3, 9, 10, 14, 20])
def test_degraded_copies_stopped_anywhere_end_with_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(embeddings, "PART", 5)  # 36 crops: 8 batches; 18 copies: 4; two seeds
    for seed in (1, 2):
        make("triplet", seed, trained=seed)
    embed(outs("whole"), "one", COPIES, AUGMENT, COMPUTE, Path("work"))
    with monkeypatch.context() as patch:
        fail_at(batch, patch, RuntimeError("power cut"))
        with pytest.raises(RuntimeError, match="power cut"):
            embed(outs("again"), "one", COPIES, AUGMENT, COMPUTE, Path("work"))
    assert not Path("again").exists()
    with monkeypatch.context() as patch:
        sizes = fail_at(0, patch, RuntimeError())
        embed(outs("again"), "one", COPIES, AUGMENT, COMPUTE, Path("work"))
    assert len(sizes) == 2 * (8 + 4) - (batch - 1)
    files = [path.name for path in sorted(Path("whole").iterdir())]
    assert files == ["1-degraded.parquet", "1.parquet", "2-degraded.parquet", "2.parquet"]
    for name in files:
        assert (Path("whole") / name).read_bytes() == (Path("again") / name).read_bytes()


def test_unfinished_copies_of_another_strength_are_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embeddings, "PART", 5)
    folder = make("triplet")
    models = {folder: Path("e.parquet")}
    weaker = AUGMENT.model_copy(update={"blur": 0.0, "erasing": 0.0})
    with monkeypatch.context() as patch:
        fail_at(11, patch, RuntimeError("power cut"))  # two parts of the copies are there
        with pytest.raises(RuntimeError, match="power cut"):
            embed(models, "one", COPIES, AUGMENT, COMPUTE, Path("work"))
    embed(models, "one", COPIES, weaker, COMPUTE, Path("work"))
    content = paths.degraded(Path("e.parquet")).read_bytes()
    embed(models, "one", COPIES, weaker, COMPUTE, Path("elsewhere"))
    assert paths.degraded(Path("e.parquet")).read_bytes() == content
    embed(models, "one", COPIES, AUGMENT, COMPUTE, Path("work"))
    assert paths.degraded(Path("e.parquet")).read_bytes() != content


def test_dataset_without_validation_crops_has_a_file_without_copies() -> None:
    write_dataset("tested", splits=("test",))
    assert len(run(make("triplet"), "tested", COPIES)) == 18
    assert copies_of("e.parquet") == []
