"""Crops to vectors: what the ``embed`` stage does.

The crops are cut into parts of whole batches, by their number alone. Each finished part is written
to a file of its own and kept if the stage is stopped; when all parts are there, those of each seed
become row groups of one file. So the bytes do not depend on where the stage was stopped, and memory
holds one part at a time.

Where the settings ask for it, the validation crops are embedded a second time, degraded, into a
file of their own.

On a CPU the network is run by ONNX Runtime, and nothing here imports torch, which would take longer
to load than a small dataset to embed; on a GPU, and where a head has no ONNX file, by PyTorch.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, islice
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.code import code_of
from deepfake_attribution.core.devices import device, threads
from deepfake_attribution.core.durable import claim, discard, put
from deepfake_attribution.core.embedding_tables import LENGTHS_COUNT
from deepfake_attribution.core.errors import naming
from deepfake_attribution.core.failures import one_line
from deepfake_attribution.core.fingerprint import fingerprint
from deepfake_attribution.core.outputs import EMBEDDING, ONE_LOGIT, SELF_SCORING
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.embed.settings import Embed
from deepfake_attribution.model.crop_reader import CropReader
from deepfake_attribution.model.description import SETTINGS, WEIGHTS, Description, load_description
from deepfake_attribution.model.probabilities import probabilities
from deepfake_attribution.model.settings import SEEDS, Augment

ABOUT = ["dataset", "attack", "split", "identity", "compression"]
VECTOR = pa.list_(pa.float32())
SCHEMA = pa.schema(
    [
        ("video", pa.string()),
        ("slot", pa.int32()),
        ("person", pa.int32()),
        ("frame", pa.int64()),
        *((name, pa.string()) for name in ABOUT),
        ("embedding", VECTOR),
        # P(class), real first; for Binary: real, fake. Null for heads that only embed.
        ("probabilities", VECTOR),
        ("predicted", pa.string()),  # the most probable class; null for Binary, too
    ]
)
PART = 2000  # crops in a part, about: as many whole batches as fit
Batch = tuple[np.ndarray, np.ndarray | None]  # (B, D) embeddings; (B, C) probabilities
Outputs = Iterator[tuple[np.ndarray, np.ndarray]]  # of each batch (B, D) features, (B, O) outputs


def embed(
    models: Mapping[Path, Path],
    dataset: str,
    settings: Embed,
    augment: Augment,
    compute: Compute,
    work: Path,
    faces: Path = paths.DATA / "faces",
) -> int:
    """Write one row (`SCHEMA`) per crop of ``dataset`` in the splits that ``settings`` names.

    Args:
        models: folder of a trained head -> file for its result; one for each seed.
        dataset: name of the dataset.
        settings: which crops, and with which chance validation crops are degraded for a second
            file (`paths.degraded`) of every seed.
        augment: how strongly, at most; its own chance is for training and is ignored.
        work: folder for finished parts; removed at the end.
        faces: folder of all datasets' crops.

    Returns:
        How many crops there are.

    Raises:
        UserError: something is missing or broken, or memory is not enough.
    """
    crops = _crops(dataset, settings.splits, faces / dataset)
    with claim(work), one_line("embed.batch_size"):
        parts = {
            out: _parts(folder, dataset, crops, settings, compute, work, faces / dataset)
            for folder, out in models.items()
        }
        if settings.degraded_chance:
            how = augment.model_copy(update={"chance": settings.degraded_chance})
            copied = _crops(dataset, ["val"], faces / dataset)
            parts |= {
                paths.degraded(out): _parts(
                    folder, dataset, copied, settings, compute, work, faces / dataset, how
                )
                for folder, out in models.items()
            }
        for folder, out in models.items():
            schema = _schema(load_description(folder))
            for file in (out, paths.degraded(out)):
                if file in parts:
                    _join(parts[file], file, schema)
        discard(work)
    return len(crops)


def _parts(
    folder: Path,
    dataset: str,
    crops: pd.DataFrame,
    settings: Embed,
    compute: Compute,
    work: Path,
    faces: Path,
    augment: Augment | None = None,
) -> list[Path]:
    """Return the files of all parts of one seed, embedding those that are not there yet.

    With ``augment``, crops are degraded.
    """
    description = load_description(folder)
    where = device(compute.device)
    parts = work / _name(folder, dataset, faces, settings, where, compute.precision, augment)
    title = f"{description.head} of {dataset}, {folder.name}{', degraded' if augment else ''}"
    size = max(PART // settings.batch_size, 1) * settings.batch_size
    files = [parts / f"part-{number:06d}.parquet" for number in range(ceil(len(crops) / size))]
    parts.mkdir(parents=True, exist_ok=True)
    todo = [number for number, file in enumerate(files) if not file.exists()]
    picks = [_picks(number, size, len(crops), settings.batch_size) for number in todo]
    side = int(description.backbone["input_size"])
    reader = CropReader(crops, faces, side, augment, _seeds(crops["video"]) if augment else ())
    outputs = _outputs(folder, description, reader, list(chain(*picks)), where, compute)
    batches = _batches(description.output, outputs, sum(map(len, picks)), title)
    for number, some in zip(todo, picks, strict=True):
        rows = crops.iloc[number * size : (number + 1) * size]
        _write_part(_table(description, rows, list(islice(batches, len(some)))), files[number])
    return files


def _name(
    folder: Path,
    dataset: str,
    faces: Path,
    settings: Embed,
    where: str,
    precision: str,
    augment: Augment | None,
) -> str:
    """Return a hash of everything that decides the result: only such parts are joined."""
    files = (
        *(folder / WEIGHTS, folder / SETTINGS),  # the second names the ONNX file by its hash
        *(paths.catalog(dataset), paths.index(faces)),
    )
    return fingerprint(
        *(file.read_bytes() for file in files),
        *(settings, augment, where, precision, threads()),  # rounding may depend on the threads
        code_of("embed"),
    )


def _crops(dataset: str, splits: Sequence[str], folder: Path) -> pd.DataFrame:
    videos = tables.read(paths.catalog(dataset), columns=["video", *ABOUT])
    crops = tables.read(paths.index(folder))
    crops = crops[crops["status"] == "ok"][
        ["video", "slot", "person", "frame", "shard", "offset", "length", "hash"]
    ].astype({"frame": "int64", "offset": "int64", "length": "int64"})
    joined = crops.merge(videos, on="video", how="left", validate="many_to_one")
    return joined[joined["split"].isin(splits)]


def _seeds(videos: pd.Series) -> list[int]:
    """Return the seed of each crop's degradations: its video's.

    The frames of a video are degraded alike, as in practice. With a seed per frame, the mean over
    the frames would hide the effect on the score. Heads and training seeds get the same pictures.
    """
    numbers = {
        video: 1 + int.from_bytes(blake2b(video.encode(), digest_size=8).digest(), "big") % SEEDS
        for video in videos.unique()
    }
    return [numbers[video] for video in videos]


def _picks(part: int, size: int, length: int, batch: int) -> list[list[int]]:
    """Return the rows of every batch of a part; only the last batch of all may be shorter."""
    rows = range(part * size, min((part + 1) * size, length))
    return [list(rows[start : start + batch]) for start in range(0, len(rows), batch)]


def _outputs(
    folder: Path,
    description: Description,
    reader: CropReader,
    order: Sequence[list[int]],
    where: str,
    compute: Compute,
) -> Outputs:
    """Return the outputs of the head in ``folder`` for every batch of rows in ``order``."""
    if where == "cpu" and description.onnx:
        from deepfake_attribution.model.onnx_model import load_onnx

        model = load_onnx(folder, description)
        return (model.run(reader.read(rows)) for rows in order)
    from deepfake_attribution.embed.torch_embedding import torch_outputs

    return torch_outputs(folder, reader, order, where, compute)


def _batches(output: str, outputs: Outputs, count: int, title: str) -> Iterator[Batch]:
    """Yield embeddings and probabilities of all ``count`` batches, and show the progress."""
    console = Console(stderr=True)
    shown = track(outputs, title, count, console=console, disable=not console.is_terminal)
    for features, last in shown:
        if output in SELF_SCORING:
            yield features, probabilities(output, last)
        else:
            yield last, None


def _table(description: Description, rows: pd.DataFrame, batches: list[Batch]) -> pa.Table:
    """Return the rows of a part, in `SCHEMA`."""
    about = SCHEMA.names[:-3]
    shares = [share for _, share in batches if share is not None]
    # Binary separates real from fake only: it predicts no attack, so no class.
    named = description.output != ONE_LOGIT and shares
    predicted = [description.classes[best] for share in shares for best in share.argmax(axis=1)]
    columns = [
        *(pa.array(rows[name], SCHEMA.field(name).type, from_pandas=True) for name in about),
        _vectors([vectors for vectors, _ in batches]),
        _vectors(shares) if shares else pa.nulls(len(rows), VECTOR),
        pa.array(predicted, pa.string()) if named else pa.nulls(len(rows), pa.string()),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _vectors(batches: list[np.ndarray]) -> pa.Array:
    """Return (B, D) arrays as one list column, without a Python object per number."""
    values = np.concatenate(batches)
    offsets = np.arange(len(values) + 1, dtype=np.int32) * values.shape[1]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values.ravel()))


def _write_part(table: pa.Table, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with naming(path):
        pq.write_table(table, temporary, compression="zstd")
    put(temporary, path)


def _schema(description: Description) -> pa.Schema:
    """Return `SCHEMA`, which says so if the lengths of the embeddings count."""
    plain = description.output != EMBEDDING or description.by_direction
    return SCHEMA if plain else SCHEMA.with_metadata(LENGTHS_COUNT)


def _join(files: list[Path], out: Path, schema: pa.Schema) -> None:
    """Write the parts to ``out``, one row group each."""
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.tmp")
    with naming(out), pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for file in files:
            writer.write_table(pq.read_table(file, partitioning=None))
        if not files:
            writer.write_table(schema.empty_table())
    put(temporary, out)
