"""What the folder of the project must be like: its code is the one that runs, DVC can copy it."""

import subprocess
from pathlib import Path

import deepfake_attribution
from deepfake_attribution.core.errors import UserError

SOURCE = Path("src")


def foreign_code() -> str:
    """Return why the running code is not this folder's; empty if it is, or the folder has none."""
    own = (SOURCE / "deepfake_attribution").resolve()
    running = Path(deepfake_attribution.__file__ or "").resolve().parent
    if not own.is_dir() or own == running:
        return ""
    return (
        f"this command runs the code of {running}, not of {own}: its environment was made for "
        "another folder: run `make demo` here, or `pip install --editable .` in an environment of "
        "this folder"
    )


def check_code() -> None:
    """Check that the running code is this folder's.

    Raises:
        UserError: it is another folder's.
    """
    found = foreign_code()
    if found:
        raise UserError(found)


def no_experiments_in_copies() -> str:
    """Return why `dvc exp run --temp` and ``--queue`` cannot work here; empty if they can.

    Both are limits of DVC 3: it pushes to the copy from a shallow clone without success, and keeps
    nothing; and it cannot write the address of a folder whose path has letters beyond ASCII.
    """
    remedy = "; `dvc exp run` without --temp and --queue works"
    if not str(Path.cwd()).isascii():
        return (
            f"{Path.cwd()}: DVC's queue and `dvc exp run --temp` fail below a path with letters "
            f"beyond a-z (ASCII): move this folder{remedy}"
        )
    if _is_shallow():
        return (
            "this is a shallow clone: DVC's queue and `dvc exp run --temp` would work for nothing, "
            f"because DVC cannot keep their results: `git fetch --unshallow` completes it{remedy}"
        )
    return ""


def _is_shallow() -> bool:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--is-shallow-repository"],
            text=True,
            capture_output=True,
            check=False,
        )
    except OSError:  # git is not there
        return False
    return done.stdout.strip() == "true"
