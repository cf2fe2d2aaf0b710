"""Files that begin like no other kind, and what was found among them."""

from pathlib import Path

from deepfake_attribution.analyse import inputs


def touch(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(b"\0" + path.encode())


def paths(found: inputs.Found) -> list[str]:
    return [one.path for one in found.inputs]
