from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from deepfake_attribution.core import tables
from deepfake_attribution.core.errors import UserError

SCHEMA = pa.schema([("name", pa.string()), ("count", pa.int64()), ("share", pa.float32())])
ROWS = [{"name": "ä", "count": 3, "share": 0.5}, {"name": "b", "count": None, "share": None}]


def test_rows_come_back_with_null_and_whole_numbers(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "table.parquet"
    tables.write_rows(ROWS, path, SCHEMA)
    assert tables.read_rows(path) == ROWS
    assert isinstance(tables.read_rows(path)[0]["count"], int)
    assert tables.read_rows(path, columns=["count"]) == [{"count": 3}, {"count": None}]


def test_table_comes_back_without_its_index(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [1.5, 2.5], "y": ["a", "b"]}, index=[7, 3])
    tables.write(table, tmp_path / "t.parquet")
    back = tables.read(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(back, table.reset_index(drop=True))


def test_schema_orders_columns_and_extra_ones_follow(tmp_path: Path) -> None:
    table = pd.DataFrame({"extra": ["e"], "share": [1], "count": [2], "name": ["n"]})
    tables.write(table, tmp_path / "t.parquet", SCHEMA)
    written = pa.parquet.read_schema(tmp_path / "t.parquet")
    assert written.names == ["name", "count", "share", "extra"]
    assert written.field("share").type == pa.float32()


def test_same_table_gives_the_same_bytes_whatever_its_index(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": np.arange(100), "y": [str(i) for i in range(100)]})
    tables.write(table, tmp_path / "a.parquet")
    tables.write(table.set_index(table.index + 5), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_reader_of_the_old_file_is_not_disturbed_by_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    tables.write_rows(ROWS, path, SCHEMA)
    before = path.read_bytes()
    with path.open("rb") as old:
        tables.write_rows(ROWS * 50, path, SCHEMA)
        assert old.read() == before
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


def test_failed_write_keeps_the_old_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.parquet"
    tables.write_rows(ROWS, path, SCHEMA)

    def full(_: pa.Table, where: Path, **__: object) -> None:
        where.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(tables.pq, "write_table", full)
    with pytest.raises(OSError, match="no space"):
        tables.write_rows(ROWS * 2, path, SCHEMA)
    assert tables.read_rows(path) == ROWS
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


def test_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.parquet: no such file; `dvc repro` makes it"):
        tables.read(tmp_path / "gone.parquet")


@pytest.mark.parametrize("content", [b"", b"no parquet at all", b"PAR1" * 5])
def test_file_that_is_not_parquet_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(UserError, match=r"t\.parquet: not a readable parquet file"):
        tables.read_rows(tmp_path / "t.parquet")


def test_damage_anywhere_in_a_file_is_named_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    tables.write(pd.DataFrame({"a": range(500)}), path)
    whole = path.read_bytes()
    named = 0
    for start in range(0, len(whole), 16):
        path.write_bytes(whole[:start] + b"\xa5" * 8 + whole[start + 8 :])
        try:
            tables.read(path)
        except UserError as error:
            assert f"{path}: not a readable parquet file" in str(error)
            named += 1
    assert named > 10


def test_filters_keep_the_rows_that_match(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    tables.write(pd.DataFrame({"a": ["x", "y", "x"], "n": [1, 2, 3]}), path)
    kept = tables.read(path, ["n"], [("a", "in", ["x"]), ("n", ">", 1)])
    assert kept.to_dict("list") == {"n": [3]}


@pytest.mark.parametrize("count", [0, 1, 1000, 2001])
def test_rows_are_made_as_they_are_asked_for_as_often_as_one_likes(count: int) -> None:
    expected = [{"number": at, "box": [at, 2.0] if at % 3 else None} for at in range(count)]
    schema = pa.schema([("number", pa.int64()), ("box", pa.list_(pa.float64()))])
    rows = tables.Rows(pa.Table.from_pylist(expected, schema=schema))
    assert len(rows) == count and list(rows) == list(rows) == expected
    assert rows.between(998, 1002) == expected[998:1002]
