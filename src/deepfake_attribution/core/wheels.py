"""Wheels of the package registry as a source of files: fetch one, read its members."""

import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from deepfake_attribution.core.errors import UserError

REGISTRY = "registry"  # value of a setting: files come from the package registry
TIMEOUT = 30  # seconds that one connection may be silent
PATIENCE = 600  # seconds for the whole download


def download(
    package: str, sha256: str, folder: Path, otherwise: str, options: Sequence[str] = ()
) -> Path:
    """Download one wheel with pip and return its path.

    Only the file is fetched: nothing is installed, and none of its code runs.

    Args:
        package: name and version, such as ``mediapipe==0.10.21``.
        sha256: of the wheel; pip refuses another one.
        folder: an empty folder for the file.
        otherwise: what a user without the registry can do, for the message.
        options: further options of ``pip download``, such as the platform.

    Raises:
        UserError: there is no pip, or the registry does not give the wheel in time.
    """
    if importlib.util.find_spec("pip") is None:
        raise UserError(f"{sys.executable} has no pip for {package}: install it, or {otherwise}")
    wanted = folder / "requirement.txt"
    wanted.write_text(f"{package} --hash=sha256:{sha256}\n", encoding="utf-8")
    command = [
        *(sys.executable, "-m", "pip", "download", "--require-hashes", "-r", str(wanted)),
        *("--no-deps", "--only-binary=:all:", *options),
        *("--timeout", str(TIMEOUT), "--retries", "2"),
        *("--no-input", "--progress-bar", "off", "--disable-pip-version-check"),
        *("--dest", str(folder)),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise UserError(
            f"{package} did not arrive within {PATIENCE} s: check the network, or {otherwise}"
        ) from None
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = lines[-1] if lines else f"pip ended with exit code {done.returncode}"
        raise UserError(
            f"the package registry did not give {package} ({reason}): check the network and "
            f"`pip config list`, or {otherwise}"
        )
    return wheels[0]


def members(wheel: Path, names: Sequence[str], setting: str, package: str) -> list[bytes]:
    """Return the contents of ``names`` in ``wheel``.

    Raises:
        UserError: it is not a readable wheel, or has no such member; names ``setting``.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            return [archive.read(name) for name in names]
    except zipfile.BadZipFile:
        raise UserError(
            f"{setting}: {wheel}: neither a folder nor a readable wheel; give a wheel of {package}"
        ) from None
    except KeyError as error:
        raise UserError(f"{setting}: {wheel}: {error.args[0]}; give a wheel of {package}") from None
