"""The repository's protocol files for tests of what is printed beside them."""

from collections.abc import Mapping
from pathlib import Path

from deepfake_attribution.report.published import Protocol, Publication, protocol

FOLDER = Path(__file__).parents[1] / "protocols"


def paper() -> Protocol:
    return protocol("icassp2022", FOLDER)


def beside(rows: Mapping[str, str], name: str = "icassp2022") -> list[Publication]:
    """Return what section ``databases.published`` with these ``rows`` of a file gives."""
    return [Publication(name, protocol(name, FOLDER), rows)]
