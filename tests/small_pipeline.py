"""A repository in which `dvc repro` ran once, on the tiny profile, as a user runs it."""

from pathlib import Path

from pipeline_copy import commit, ran, repository, run

HEADS = ("binary", "attribution", "triplet", "arcface")


def make(folder: Path) -> None:
    """Write the repository to ``folder`` and run its stages.

    Each script begins anew once, as a user's does: those of a head for one head, and for the other
    three in a warm process.
    """
    repository(folder, workers=0)
    first = ("evaluate@arcface", "maps@arcface")
    others = [f"maps@{head}" for head in HEADS[:3]]
    stages = ran(run(folder, "dvc", "repro", *first, cold=True))
    stages += ran(run(folder, "dvc", "repro", *others))
    stages += ran(run(folder, "dvc", "repro", cold_stages=True))
    _note(folder).write_text("\n".join(stages), encoding="utf-8")
    commit(folder)


def stages_that_ran(folder: Path) -> list[str]:
    """Return the names of the stages that `make` ran, in their order."""
    return _note(folder).read_text(encoding="utf-8").split()


def _note(folder: Path) -> Path:
    return folder / ".git" / "stages-that-ran"
