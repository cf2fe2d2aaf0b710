"""Outputs of stages that are gone: of a dataset, head or attack that params.yaml no longer names.

DVC leaves such outputs where they are, and dvc.lock still lists them. No stage reads them, but they
lie in folders that later stages depend on, and `dvc plots` draws those that dvc.yaml names.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read

LOCK = Path("dvc.lock")


def leftovers() -> dict[Path, str]:
    """Return the files and folders that are left -> the stage that wrote them, in order.

    Only what dvc.lock lists for a stage that dvc.yaml does not have: never a file of the user's.

    Raises:
        UserError: there is no DVC project here, or DVC cannot read its stages.
    """
    if not LOCK.exists():
        return {}
    recorded = read(LOCK).get("stages") or {}
    now = set(stages())
    outs = {
        name: [Path(out["path"]) for out in entry.get("outs", [])]
        for name, entry in recorded.items()
    }
    kept = {path for name in now for path in outs.get(name, [])}
    return {
        path: name
        for name in outs
        if name not in now
        for path in sorted(outs[name])
        if (path.exists() or path.is_symlink()) and _is_own(path) and not _overlaps(path, kept)
    }


def remove(paths: Sequence[Path]) -> None:
    """Remove files and folders, and the folders that become empty."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        for parent in list(path.parents)[:-2]:  # data, models and metrics themselves stay
            if any(parent.iterdir()):
                break
            parent.rmdir()


def _is_own(path: Path) -> bool:
    return not path.is_absolute() and ".." not in path.parts and len(path.parts) > 1


def _overlaps(path: Path, kept: set[Path]) -> bool:
    return any(path == one or path in one.parents or one in path.parents for one in kept)


def stages() -> list[str]:
    """Return the names of all stages of dvc.yaml.

    Raises:
        UserError: DVC cannot read them.
    """
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "stage", "list", "--name-only"],
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        why = lines[0].removeprefix("ERROR: ") if lines else f"code {done.returncode}"
        raise UserError(f"dvc stage list: {why}")
    return done.stdout.split()
