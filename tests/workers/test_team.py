"""Separate processes: what loads before the first call, and how they end."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.workers.apart import Call, Died, module_paths
from deepfake_attribution.workers.team import Team

DIE: Call = (signal.raise_signal, (signal.SIGKILL,))


@pytest.fixture
def teams() -> Iterator[list[Team]]:
    made: list[Team] = []
    yield made
    for team in made:
        team.end()


@pytest.mark.slow
def test_what_a_new_process_loads_is_not_charged_to_its_first_call(teams: list[Team]) -> None:
    teams.append(team := Team("/", module_paths(), first=(time.sleep, (1.5,))))
    for fresh in (False, True):
        assert team.call(abs, -1, limit=1.0, fresh=fresh) == 1
    with pytest.raises(Died) as caught:
        team.call(time.sleep, 30, limit=0.2)
    assert caught.value.too_long and caught.value.from_outside
    assert team.call(abs, -1, limit=1.0) == 1  # by another new one


@pytest.mark.slow
def test_processes_load_at_the_same_time(teams: list[Team]) -> None:
    teams.append(team := Team("/", module_paths(), first=(time.sleep, (2.0,))))
    begun = time.monotonic()
    team.warm(3)
    assert time.monotonic() - begun < 5.5
    team.warm(3)  # they are there
    pids = {team.call(os.getpid, limit=1.0, fresh=False) for _ in range(3)}
    assert len(pids) == 1


def test_a_process_that_dies_while_it_loads_is_one_line(teams: list[Team]) -> None:
    teams.append(team := Team("/", module_paths(), first=DIE))
    with pytest.raises(Died) as caught:
        team.call(abs, -1, limit=1.0)
    assert not caught.value.in_work and caught.value.from_outside
    line = r"a worker process was killed \(signal 9\).* while it loaded libraries: use fewer"
    with pytest.raises(UserError, match=line):
        team.warm(2)


def test_an_error_of_loading_is_raised(teams: list[Team], tmp_path: Path) -> None:
    teams.append(team := Team("/", module_paths(), first=(os.listdir, (str(tmp_path / "none"),))))
    for call in (lambda: team.warm(1), lambda: team.call(abs, -1, limit=1.0)):
        with pytest.raises(FileNotFoundError):
            call()


@pytest.mark.parametrize(
    ("code", "from_outside"),
    [(-signal.SIGKILL, True), (-signal.SIGTERM, True), (-signal.SIGSEGV, False), (3, False)],
)
def test_who_ended_it(code: int, from_outside: bool, teams: list[Team]) -> None:
    teams.append(team := Team("/", module_paths()))
    does: Call = (os._exit, (code,)) if code > 0 else (signal.raise_signal, (-code,))
    with pytest.raises(Died) as caught:
        team.call(does[0], *does[1], limit=30.0)
    assert (caught.value.code, caught.value.from_outside) == (code, from_outside)
