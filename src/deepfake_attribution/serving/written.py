"""What the page takes from the written analysis: its sentences, and the report to keep."""

from deepfake_attribution.analysis.results import VideoResult
from deepfake_attribution.bundle.loaded import Bundle


class Written:
    """The sentences and the report of `analysis`."""

    def page(self, result: VideoResult, bundle: Bundle) -> str:
        """Return a whole HTML page about one video that needs no other file."""
        return f"<!DOCTYPE html><title>report</title>{result.verdict} by {bundle.place}"

    def says(self, result: VideoResult, bundle: Bundle) -> list[str]:
        """Return what is said of one video, sentence by sentence."""
        return [f"{bundle.record.approach} calls it {result.verdict}."]

    def rests_on(self, bundle: Bundle) -> list[str]:
        """Return what every verdict rests on, sentence by sentence."""
        return [f"Trained on {', '.join(bundle.record.classes)}.", "An unknown method may pass."]
