"""What the page takes from the written analysis: its sentences, and the report to keep."""

from typing import Protocol

from deepfake_attribution.analysis.results import VideoResult
from deepfake_attribution.bundle.loaded import Bundle


class Reporter(Protocol):
    """Puts results into words and pages."""

    def page(self, result: VideoResult, bundle: Bundle) -> str:
        """Return a whole HTML page about one video that needs no other file."""
        ...

    def says(self, result: VideoResult, bundle: Bundle) -> list[str]:
        """Return what is said of one video, sentence by sentence."""
        ...

    def rests_on(self, bundle: Bundle) -> list[str]:
        """Return what every verdict rests on, sentence by sentence."""
        ...
