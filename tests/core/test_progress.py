"""Progress is seen where there is no terminal, without a line for each thing."""

import io

import pytest
from rich.console import Console

from deepfake_attribution.core import progress


@pytest.mark.parametrize(("every", "shown"), [(0, ["draw x: 1 of 3", "draw x: 2 of 3"]), (60, [])])
def test_lines_come_at_intervals(
    every: int, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY", every)
    stream = io.StringIO()
    things = progress.progress("abc", "draw x", 3, Console(file=stream))
    assert list(things) == ["a", "b", "c"]
    assert stream.getvalue().splitlines() == shown


def test_terminal_shows_a_bar() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80)
    assert list(progress.progress("ab", "draw x", 2, console)) == ["a", "b"]
    assert "100%" in stream.getvalue()
