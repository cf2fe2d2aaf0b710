"""A real Dask cluster on this machine: same code, same bytes, also when a worker is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import pipeline_copy
from block_kinds import PLACES, SCHEMA, lost, produce, spread, wait_for
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.workers import engines
from deepfake_attribution.workers.blocks import Kind, process
from pipeline_copy import repository

BLOCKS = [list(range(start, start + 3)) for start in range(0, 24, 3)]
NOBODY = "tcp://127.0.0.1:9"  # the port that discards: nothing answers


def run(folder: Path, scheduler: str = "", bad: dict[int, str] | None = None) -> list[dict]:
    log = folder / "log"
    log.mkdir(parents=True, exist_ok=True)
    kind = Kind(partial(produce, log=log, bad=bad or {}), lost, SCHEMA)
    how = spread(1, engine="dask" if scheduler else "local", scheduler=scheduler)
    return list(process(BLOCKS, kind, folder / "work", folder / "out", how, "test"))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "out").iterdir())}


def times(folder: Path) -> dict[int, int]:
    return {int(path.name): path.stat().st_size for path in (folder / "log").iterdir()}


@dataclass
class Cluster:
    """A scheduler and its workers, one thread each, in processes of their own."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def start(*command: str, folder: Path) -> subprocess.Popen[bytes]:
    places = [str(folder), *(path for path in sys.path if path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(places)}
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def worker(address: str, place: Path) -> subprocess.Popen[bytes]:
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(place))
    return start("dask_worker", address, *options, folder=place)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cluster's own folder, another than the stages'."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def shared(place: Path) -> Iterator[Cluster]:
    """A scheduler for all tests: each process of a cluster starts for seconds."""
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    note = place / "scheduler.json"
    scheduler = start(
        "dask_scheduler",
        *("--port", "0", "--host", "127.0.0.1", "--no-dashboard"),
        *("--scheduler-file", str(note)),
        folder=place,
    )
    until = time.monotonic() + 60
    while not note.exists() or not note.stat().st_size:
        assert time.monotonic() < until and scheduler.poll() is None
        time.sleep(0.05)
    cluster = Cluster(json.loads(note.read_text())["address"], scheduler, [])
    yield cluster
    for one in [*cluster.workers, scheduler]:
        end(one)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def cluster(shared: Cluster, place: Path) -> Cluster:
    """Two workers, new ones for those that an earlier test killed."""
    assert shared.scheduler.poll() is None, "the test that kills it is the last one"
    shared.workers[:] = [one for one in shared.workers if one.poll() is None]
    while len(shared.workers) < 2:
        shared.workers.append(worker(shared.address, place))
    return shared


def begin(folder: Path, address: str, bad: dict[int, str]) -> subprocess.Popen[str]:
    """Start the work in a process of its own, as a stage."""
    code = (
        "import sys; sys.path[:0] = sys.argv[3:]\n"
        "from pathlib import Path\n"
        "import test_dask\n"
        "from deepfake_attribution.core.errors import run\n"
        f"bad = {bad!r}\n"
        "run(lambda: print(len(test_dask.run(Path(sys.argv[1]), sys.argv[2], bad))))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), address, *PLACES],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


SLOW = dict.fromkeys(range(24), "slow")


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_its_block_and_no_byte(
    cluster: Cluster, tmp_path: Path
) -> None:
    run(tmp_path / "local")
    there = tmp_path / "there"
    there.mkdir()
    stage = begin(there, cluster.address, SLOW)
    wait_for(lambda: len(list(there.glob("work/block-00000?"))) >= 3, stage)
    assert stage.poll() is None
    end(cluster.workers[0])  # with the process that it had begun
    said, told = stage.communicate(timeout=120)
    assert (said, stage.returncode) == ("24\n", 0), told
    assert files(there) == files(tmp_path / "local")
    again = {number for number, count in times(there).items() if count > 1}
    assert len({number // 3 for number in again}) <= 1, times(there)  # of one block at most


@pytest.mark.slow
def test_a_video_that_crashes_is_listed_there_as_here(cluster: Cluster, tmp_path: Path) -> None:
    bad = {4: "crash", 20: "crash once"}
    rows = run(tmp_path / "there", cluster.address, bad)
    assert {row["number"]: row["word"] for row in rows if row["word"]} == {
        4: "it crashed (signal 11)"
    }
    assert all(worker.poll() is None for worker in cluster.workers)
    log = tmp_path / "here/log"
    log.mkdir(parents=True)
    kind = Kind(partial(produce, log=log, bad={4: "crash"}), lost, SCHEMA)
    process(BLOCKS, kind, tmp_path / "here/work", tmp_path / "here/out", spread(2), "test")
    assert files(tmp_path / "there") == files(tmp_path / "here")


@pytest.mark.slow
def test_stages_give_the_bytes_of_one_machine(cluster: Cluster, tmp_path: Path) -> None:
    """The scripts as DVC runs them, whose paths start at the repository, not where workers are."""
    here = repository(tmp_path / "repository")
    for name in ("weights", "render", "catalog"):
        pipeline_copy.run(here, "python", f"stages/{name}.py", *["tiny"] * (name != "weights"))
    made = []
    for engine, address in (("local", ""), ("dask", cluster.address)):
        yaml = YAML()
        settings = yaml.load(here / "params.yaml")
        settings["compute"] |= {"engine": engine, "scheduler": address, "block_videos": 2}
        yaml.dump(settings, here / "params.yaml")
        places = os.pathsep.join([str(here / "src"), *(path for path in sys.path if path)])
        for name in ("extract", "crop"):
            if engine == "local":
                pipeline_copy.run(here, "python", f"stages/{name}.py", "tiny")
                continue
            subprocess.run(
                [sys.executable, f"stages/{name}.py", "tiny"],
                cwd=here,
                env=os.environ | {"PYTHONPATH": places},
                check=True,
            )
        outs = [here / "data/frames/tiny", here / "data/faces/tiny"]
        made.append(
            [(path.name, path.read_bytes()) for out in outs for path in sorted(out.iterdir())]
        )
        for out in outs:
            shutil.rmtree(out)
    assert made[0] == made[1]


@pytest.mark.slow
def test_a_block_that_takes_every_worker_with_it_is_one_line(
    cluster: Cluster, place: Path, tmp_path: Path
) -> None:
    """Machines that go down again and again: the whole cluster, as often as it has block 0."""
    stage = begin(tmp_path / "work", cluster.address, {0: "hang"})
    begun, seen = tmp_path / "work/log/0", 0

    def ended_or_begun() -> bool:
        return stage.poll() is not None or (begun.exists() and begun.stat().st_size > seen)

    for _ in range(4):
        if not cluster.workers:  # one at a time is enough
            cluster.workers.append(worker(cluster.address, place))
        wait_for(ended_or_begun)
        for one in cluster.workers:
            os.killpg(one.pid, signal.SIGKILL)
        for one in cluster.workers:
            one.wait()
        cluster.workers.clear()
        seen = begun.stat().st_size  # the second may have begun it meanwhile
    _, told = stage.communicate(timeout=60)
    assert stage.returncode == 1, (stage.returncode, told)
    assert (
        "Dask gave up a block, because 4 of its workers were lost while they worked on it" in told
    )


@pytest.mark.slow
def test_work_that_lost_its_scheduler_is_one_line_and_goes_on(
    cluster: Cluster, tmp_path: Path
) -> None:
    stage = begin(tmp_path / "work", cluster.address, {21: "hang"})  # it cannot be through before
    wait_for(lambda: len(list(tmp_path.glob("work/work/block-00000?"))) >= 2, stage)
    os.killpg(cluster.scheduler.pid, signal.SIGKILL)  # of all tests: this is the last one
    _, told = stage.communicate(timeout=120)
    assert stage.returncode == 1, (stage.returncode, told)
    lines = [line for line in told.splitlines() if line.startswith("error: ")]
    assert lines == [f"error: {cluster.address}: the Dask scheduler is gone: {engines.AGAIN}"], told
    run(tmp_path / "work")
    run(tmp_path / "whole")
    assert files(tmp_path / "work") == files(tmp_path / "whole")


@pytest.mark.slow
def test_cluster_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    monkeypatch.setattr(engines, "ANSWER", 1.0)
    with pytest.raises(UserError, match=f"^compute.scheduler: no Dask scheduler .*{NOBODY}.*"):
        run(tmp_path, NOBODY)
    with pytest.raises(UserError, match=r"^compute.scheduler: no Dask scheduler .*'head node'"):
        run(tmp_path, "head node")


def test_engine_without_its_package_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "distributed.scheduler", None)
    with pytest.raises(UserError, match=r"^compute.engine is dask, but distributed.* is not inst"):
        run(tmp_path, NOBODY)
