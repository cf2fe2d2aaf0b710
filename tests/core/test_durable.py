import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from deepfake_attribution.core import durable
from deepfake_attribution.core.durable import claim, discard, put
from deepfake_attribution.core.errors import UserError


def test_put_replaces_the_older_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / ".file.tmp").write_text("new")
    put(tmp_path / ".file.tmp", tmp_path / "file")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "new")]


def test_content_is_on_the_disk_before_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[tuple[str, bool]] = []
    path = tmp_path / "file"
    monkeypatch.setattr(durable, "flush", lambda what: order.append((what.name, path.exists())))
    (tmp_path / ".file.tmp").write_text("new")
    put(tmp_path / ".file.tmp", path)
    assert order == [(".file.tmp", False), (tmp_path.name, True)]


def test_failing_disk_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", full)
    (tmp_path / ".file.tmp").write_text("new")
    with pytest.raises(OSError, match=r"\.file\.tmp"):
        put(tmp_path / ".file.tmp", tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_removal_killed_half_way_leaves_nothing_that_looks_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "part").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(durable.shutil, "rmtree", lambda *_, **__: None)
        discard(tmp_path / "work")
    assert not (tmp_path / "work").exists()
    (tmp_path / "work").mkdir()
    discard(tmp_path / "work")
    assert list(tmp_path.iterdir()) == []
    discard(tmp_path / "work")  # nothing there is nothing to do


def hold(folder: Path, ready: Any) -> None:
    with claim(folder):
        ready.set()
        signal.pause()


def test_second_process_is_kept_out_until_the_first_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "PATIENCE", 0.0)
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    other = context.Process(target=hold, args=(tmp_path / "new" / "work", ready))
    other.start()
    assert ready.wait(10)
    assert other.pid is not None
    with (
        pytest.raises(UserError, match=rf"work: another process \(number {other.pid}\)"),
        claim(tmp_path / "new" / "work"),
    ):
        pass
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    with claim(tmp_path / "new" / "work"):
        pass
