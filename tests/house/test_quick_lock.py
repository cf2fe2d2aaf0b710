"""What warm processes write as dvc.lock is read as what DVC writes."""

from collections import OrderedDict
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import modify_yaml
from ruamel.yaml import YAML

import quick_lock

LOCK = """schema: '2.0'
stages:
  old:
    cmd: python stages/old.py
    params:
      params.yaml:
        train.seeds:
        - 1
        triplet.sampling:
"""


def with_one_more_stage(way: Any, path: Path) -> Any:
    """Add a stage as DVC does, to what is there; return what is read then, as a list of pairs."""
    opened: AbstractContextManager[Any] = way(str(path))
    with opened as content:
        stages = content.setdefault("stages", {})
        out = OrderedDict([("path", "a: b"), ("md5", "0123"), ("size", 3)])
        values = {"a": None, "b": 1e-7, "c": "1e-7", "d": True, "e": [1, "no", ""], "f": "ä\n"}
        stages["last"] = OrderedDict(cmd="python 'x' \"y\"", params=values, outs=[out])
        stages["first"] = OrderedDict(cmd="python x")
    return YAML(typ="safe").load(path)


@pytest.mark.parametrize("before", ["", LOCK])
def test_content_and_order_are_those_of_dvc(tmp_path: Path, before: str) -> None:
    found = []
    for name, way in (("dvc", modify_yaml), ("quick", quick_lock.modified)):
        path = tmp_path / name / "dvc.lock"
        path.parent.mkdir()
        if before:
            path.write_text(before, encoding="utf-8")
        found.append(with_one_more_stage(way, path))
    assert found[0] == found[1]
    assert [*found[0]["stages"]] == [*found[1]["stages"]]
    assert list(found[1]["stages"]["last"]) == ["cmd", "params", "outs"]


def test_comments_of_other_files_stay(tmp_path: Path) -> None:
    path = tmp_path / "dvc.yaml"
    path.write_text("stages:\n  a:\n    cmd: b  # why\n", encoding="utf-8")
    with quick_lock.modified(str(path)) as content:
        content["stages"]["a"]["cmd"] = "c"
    assert path.read_text(encoding="utf-8") == "stages:\n  a:\n    cmd: c  # why\n"
