"""The code that a stage runs: what dvc.yaml lists for it, and what unfinished work depends on."""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# Stages that resume unfinished work, and the folders and files of this package that they import.
# A test compares each entry with dvc.yaml and with the imports.
USED = {
    "render": ("core", "render"),
    "extract": ("core", "frames", "workers"),
    "crop": ("core", "faces", "workers"),
    "train": (
        *("core", "heads/classification.py", "heads/registry.py", "heads/settings.py"),
        *("model", "train"),
    ),
    "embed": ("core", "embed", "model"),
    "robustness": (
        *("classify", "core", "evaluate/protocol.py", "evaluate/scoring.py"),
        *("evaluate/settings.py", "evaluate/threshold.py", "evaluate/uncertainty"),
        *("evidence_maps/approaches.py", "evidence_maps/grad_cam.py", "evidence_maps/log_odds.py"),
        *("evidence_maps/occlusion.py", "evidence_maps/scorer.py", "faces/cropping.py"),
        *("faces/settings.py", "frames", "heads/registry.py", "heads/settings.py", "model"),
        *("render/encode.py", "robustness", "workers"),
    ),
}
KINDS = {".py", ".j2", ".css", ".js"}


def code_of(stage: str) -> str:
    """Return 24 hex digits that change when a file changes that ``stage`` may run.

    Args:
        stage: a key of `USED`.
    """
    return hash_of(*(PACKAGE / name for name in USED[stage]))


def hash_of(*places: Path, start: Path | None = None) -> str:
    """Return 24 hex digits of the names and contents of all code in files and folders.

    Args:
        places: files and folders.
        start: names are relative to this folder; this package's if not given.
    """
    start = start or PACKAGE
    state = hashlib.blake2b(digest_size=12)
    for path in sorted({file for place in places for file in _files(place)}):
        content = path.read_bytes()
        name = path.relative_to(start).as_posix().encode()
        state.update(len(name).to_bytes(8, "big") + name)
        state.update(len(content).to_bytes(8, "big") + content)
    return state.hexdigest()


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for path in place.rglob("*") if path.suffix in KINDS]
