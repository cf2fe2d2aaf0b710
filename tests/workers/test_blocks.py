import os
import platform
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from block_kinds import spread
from deepfake_attribution.core import tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import ShardReader, ShardWriter
from deepfake_attribution.workers import block_files
from deepfake_attribution.workers.blocks import INDEX, POINTER, Kind, Row, process

SCHEMA = pa.schema([("number", pa.int64()), ("word", pa.string())])
BLOCKS = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
NAMES = [f"block-{number:06d}" for number in range(len(BLOCKS))]
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


def lost(number: int, how: str) -> Iterator[Row]:
    yield Row({"number": number, "word": how})


def run(folder: Path, workers: int = 1, broken: int = -1) -> list[dict]:
    log = folder / ASIDE
    log.mkdir(parents=True, exist_ok=True)
    made = partial(produce, log=log, broken=broken)
    kind = Kind(made, lost, SCHEMA)
    rows = process(BLOCKS, kind, folder / "work", folder / "out", spread(workers), "test")
    return list(rows)


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


def test_index_does_not_depend_on_the_size_of_blocks_and_is_what_all_rows_give(
    tmp_path: Path,
) -> None:
    rows = run(tmp_path / "some")
    kind = Kind(partial(produce, log=tmp_path / "some" / ASIDE), lost, SCHEMA)
    for size in (1, 10):
        blocks = [range(start, min(start + size, 10)) for start in range(0, 10, size)]
        place = tmp_path / str(size)
        process(blocks, kind, place / "work", place / "out", spread(1), "test")
        assert files(place / "out") == files(tmp_path / "some" / "out")
    tables.write_rows(rows, tmp_path / INDEX, pa.schema([*SCHEMA, *POINTER]))
    assert (tmp_path / INDEX).read_bytes() == files(tmp_path / "some" / "out")[INDEX]


def test_a_block_is_made_when_it_is_worked_on(tmp_path: Path) -> None:
    made: list[int] = []

    class Lazy:
        def __len__(self) -> int:
            return len(BLOCKS)

        def __getitem__(self, number: int) -> list[int]:
            made.append(number)
            return BLOCKS[number]

    run(tmp_path)
    shutil.rmtree(tmp_path / "work" / NAMES[2])
    kind = Kind(partial(produce, log=tmp_path / ASIDE), lost, SCHEMA)
    rows = process(Lazy(), kind, tmp_path / "work", tmp_path / "out", spread(1), "test")
    assert made == [2] and [row["number"] for row in rows] == list(range(10))


@pytest.mark.slow
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


def kill(*_: object, **__: object) -> None:
    """Stand for the moment of a kill: nothing after it is done."""
    raise SystemExit("killed")


def leave(writer: ShardWriter, kind: type[BaseException] | None, *_: object) -> None:
    """Close what is finished; a kill cleans up nothing."""
    if kind is None:
        writer.close()


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (block_files.pq, "write_table"),  # a block's shard is there, its index is not
        (block_files, "flush"),  # all of a block is there, not its name
        (ShardWriter, "_finish"),  # within a shard
    ],
)
def test_block_that_was_killed_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    run(tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, kill)
        patch.setattr(ShardWriter, "__exit__", leave)
        with pytest.raises(SystemExit):
            run(tmp_path)
    [left] = (tmp_path / "work").iterdir()
    left.rename(left.with_name(left.name.replace(f".{os.getpid()}.", ".1.")))  # a dead process's
    (tmp_path / "work" / ".block-000002.2.tmp").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(block_files, "pack", kill)
        with pytest.raises(SystemExit):
            run(tmp_path)
    assert [path.name for path in sorted((tmp_path / "work").iterdir())] == NAMES
    run(tmp_path)
    assert calls(tmp_path) == {"0": 2, "3": 1, "6": 1, "9": 1}
    assert files(tmp_path / "out") == files(tmp_path / "whole" / "out")


@pytest.mark.parametrize("moment", range(6))
def test_packing_that_was_killed_begins_anew_without_producing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Before, within and after the shards, which hold one member each, and at the index."""
    monkeypatch.setattr(block_files, "ShardWriter", partial(ShardWriter, limit=1))
    run(tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(block_files, "pack", kill)
        with pytest.raises(SystemExit):
            run(tmp_path)
    with monkeypatch.context() as patch:
        if moment < 5:
            whole, seen = ShardWriter.add, []

            def add(self: ShardWriter, name: str, content: bytes) -> Any:
                seen.append(name)
                return kill() if len(seen) > moment else whole(self, name, content)

            patch.setattr(ShardWriter, "add", add)
            patch.setattr(ShardWriter, "__exit__", leave)
        else:
            patch.setattr(block_files.tables, "write_arrow", kill)
        with pytest.raises(SystemExit):
            run(tmp_path)
    assert not (tmp_path / "out" / INDEX).exists()
    run(tmp_path)
    assert set(calls(tmp_path).values()) == {1}
    assert files(tmp_path / "out") == files(tmp_path / "whole" / "out")


def test_result_of_an_earlier_run_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(block_files, "ShardWriter", partial(ShardWriter, limit=1))
        run(tmp_path)
    assert len(files(tmp_path / "out")) > 2
    run(tmp_path)  # `work` is still there: killed before it was removed
    assert list(files(tmp_path / "out")) == [INDEX, "shard-00000.tar"]
    assert set(calls(tmp_path).values()) == {1}
    run(tmp_path / "whole")
    assert files(tmp_path / "out") == files(tmp_path / "whole" / "out")


def test_index_of_an_earlier_run_goes_before_its_shards_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    monkeypatch.setattr(ShardWriter, "add", kill)
    with pytest.raises(SystemExit):
        run(tmp_path)
    assert not (tmp_path / "out" / INDEX).exists()


def test_block_that_an_outliving_worker_finished_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole")
    whole = block_files.flush

    def flush(path: Path) -> None:
        if path.name == f".{NAMES[1]}.{platform.node()}.{os.getpid()}.tmp":
            shutil.copytree(tmp_path / "whole" / "work" / NAMES[1], tmp_path / "work" / NAMES[1])
        whole(path)

    monkeypatch.setattr(block_files, "flush", flush)
    run(tmp_path)
    assert [path.name for path in sorted((tmp_path / "work").iterdir())] == NAMES
    assert files(tmp_path / "out") == files(tmp_path / "whole" / "out")


def test_rows_without_any_bytes_make_an_index_alone(tmp_path: Path) -> None:
    def empty(block: list[int]) -> Iterator[Row]:
        yield from (Row({"number": number, "word": None}) for number in block)

    kind = Kind(empty, lost, SCHEMA)
    rows = list(process(BLOCKS, kind, tmp_path / "work", tmp_path / "out", spread(1), "test"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == [INDEX]
    assert len(rows) == 10 and {row["shard"] for row in rows} == {None}


def test_no_blocks_make_an_empty_index(tmp_path: Path) -> None:
    kind = Kind(produce, lost, SCHEMA)
    rows = process([], kind, tmp_path / "work", tmp_path / "out", spread(2), "test")
    assert list(rows) == [] and len(rows) == 0
    assert tables.read_rows(tmp_path / "out" / INDEX) == []


def test_block_that_the_disk_spoilt_is_named_removed_and_done_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(block_files, "pack", kill)
        with pytest.raises(SystemExit):
            run(tmp_path)
    shard = tmp_path / "work" / NAMES[2] / "shard-00000.tar"
    shard.write_bytes(shard.read_bytes().replace(bytes([6]) * 106, bytes([7]) * 106))
    with pytest.raises(UserError, match=f"{shard}: damaged since it was written"):
        run(tmp_path)
    assert not (tmp_path / "out" / INDEX).exists()
    run(tmp_path)
    assert calls(tmp_path) == {"0": 1, "3": 1, "6": 2, "9": 1}
    run(tmp_path / "whole")
    assert files(tmp_path / "out") == files(tmp_path / "whole" / "out")
