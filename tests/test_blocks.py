from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from deepfake_attribution import tables
from deepfake_attribution.blocks import INDEX, POINTER, Row, process
from deepfake_attribution.shards import ShardReader

SCHEMA = pa.schema([("number", pa.int64()), ("word", pa.string())])
BLOCKS = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
ASIDE = "calls"  # beside the work folder: one file per produced block


def produce(block: list[int], log: Path, broken: int = -1) -> Iterator[Row]:
    """Yield a row per number, every third without bytes; break off before row ``broken``."""
    with (log / str(block[0])).open("a") as calls:
        calls.write("x")
    for number in block:
        if number == broken:
            raise RuntimeError("stopped")
        values = {"number": number, "word": f"w{number}"}
        if number % 3 == 1:
            yield Row(values)
        else:
            yield Row(values, f"{number:03d}/ä.bin", bytes([number]) * (100 + number))


def run(folder: Path, workers: int = 1, broken: int = -1) -> list[dict]:
    log = folder / ASIDE
    log.mkdir(parents=True, exist_ok=True)
    made = partial(produce, log=log, broken=broken)
    return process(BLOCKS, made, SCHEMA, folder / "work", folder / "out", workers, "test")


def calls(folder: Path) -> dict[str, int]:
    return {path.name: len(path.read_text()) for path in sorted((folder / ASIDE).iterdir())}


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_index_has_every_row_in_order_and_points_at_its_bytes(tmp_path: Path) -> None:
    rows = run(tmp_path)
    assert rows == tables.read_rows(tmp_path / "out" / INDEX)
    assert [row["number"] for row in rows] == list(range(10))
    assert list(rows[0]) == [*SCHEMA.names, *POINTER.names]
    reader = ShardReader(tmp_path / "out")
    for row in rows:
        if row["number"] % 3 == 1:
            assert [row[name] for name in POINTER.names] == [None] * 5
        else:
            content = reader.read(row["shard"], row["offset"], row["length"])
            assert content == bytes([row["number"]]) * (100 + row["number"])
    reader.close()


def test_two_workers_give_the_bytes_of_one(tmp_path: Path) -> None:
    run(tmp_path / "one", workers=1)
    run(tmp_path / "two", workers=2)
    assert files(tmp_path / "one" / "out") == files(tmp_path / "two" / "out")
    assert calls(tmp_path / "two") == {"0": 1, "3": 1, "6": 1, "9": 1}


def test_finished_blocks_are_not_produced_again_after_a_stop(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="stopped"):
        run(tmp_path, broken=7)
    assert not (tmp_path / "out").exists()  # nothing that looks finished
    run(tmp_path)
    assert calls(tmp_path) == {"0": 1, "3": 1, "6": 2, "9": 1}
    run(tmp_path / "whole")
    assert files(tmp_path / "out") == files(tmp_path / "whole" / "out")


def test_rows_without_any_bytes_make_an_index_alone(tmp_path: Path) -> None:
    def empty(block: list[int]) -> Iterator[Row]:
        yield from (Row({"number": number, "word": None}) for number in block)

    rows = process(BLOCKS, empty, SCHEMA, tmp_path / "work", tmp_path / "out", 1, "test")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [INDEX]
    assert len(rows) == 10 and {row["shard"] for row in rows} == {None}


def test_no_blocks_make_an_empty_index(tmp_path: Path) -> None:
    assert process([], produce, SCHEMA, tmp_path / "work", tmp_path / "out", 2, "test") == []
    assert tables.read_rows(tmp_path / "out" / INDEX) == []
