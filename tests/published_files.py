"""The repository's protocol files for tests of what is printed beside them."""

from collections.abc import Mapping
from pathlib import Path

from deepfake_attribution.report.published import Protocol, Publication, Videos, protocol

FOLDER = Path(__file__).parents[1] / "protocols"


def paper() -> Protocol:
    return protocol("icassp2022", FOLDER)


def beside(
    rows: Mapping[str, str], name: str = "icassp2022", videos: tuple[int, int] | None = None
) -> list[Publication]:
    """Return what section ``databases.published`` with these ``rows`` of a file gives.

    Args:
        rows: database of the file -> our row.
        name: of the file.
        videos: reals and fakes that its databases have, instead of the published numbers.
    """
    found = protocol(name, FOLDER)
    if videos is not None:
        counts = Videos(real=videos[0], fake=videos[1])
        databases = {
            key: one.model_copy(update={"videos": one.videos and counts})
            for key, one in found.databases.items()
        }
        found = found.model_copy(update={"databases": databases})
    return [Publication(name, found, rows)]
