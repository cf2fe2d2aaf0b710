"""The HTML of the server: its start page, and the part of it that shows a result."""

from dataclasses import replace
from pathlib import Path

from deepfake_attribution.analyse.approach_words import in_few_words
from deepfake_attribution.analyse.examination import writing
from deepfake_attribution.analyse.examination.facts import Source
from deepfake_attribution.analyse.pages.pages import Pages
from deepfake_attribution.analyse.results import Frame, VideoResult
from deepfake_attribution.analyse.serving import kinds
from deepfake_attribution.analyse.serving.jobs import Job
from deepfake_attribution.analyse.serving.limits import MB
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.report.page.page_templates import environment

HERE = Path(__file__).parent


class ServedPages:
    """Writes the pages of one server, with the drawings that ``analyse`` writes to disk.

    Args:
        parts: what the server consists of.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._pages = Pages(parts.judge.bundle)

    def start(self) -> str:
        """Return the page where videos are sent from."""
        limits = self._parts.limits
        return (
            environment(HERE)
            .get_template("start.html.j2")
            .render(
                approaches=in_few_words(self._parts.judge.bundle.record),
                kept=_minutes(limits.keep),
                suffixes=kinds.SUFFIXES,
                most_bytes=limits.upload,
                most_mb=f"{limits.upload / MB:g}",
                has_folder=self._parts.shelf is not None,
                rests=self._pages.rests(),
            )
        )

    def result(self, job: Job, result: VideoResult) -> str:
        """Return the part of the start page that shows a result; faces are asked for one by one.

        Args:
            job: of the video.
            result: of that job.
        """

        def picture(frame: Frame) -> str:
            number = result.frames.index(frame)
            return f"api/videos/{job.key}/crops/{number}" if frame.crop else ""

        return (
            environment(HERE)
            .get_template("result.html.j2")
            .render(
                job=job,
                kept=_minutes(self._parts.jobs.left(job) or 0.0),
                part=self._pages.part(result, picture),
            )
        )

    def report(self, result: VideoResult) -> str:
        """Return the page of one video, whole in itself, to keep."""
        return self._pages.video(result)

    def document(self, result: VideoResult, suffix: str) -> bytes:
        """Return a file of the document for an examiner: ``.pdf``, ``.html`` or ``.json``."""
        if result.source is None:  # the name of an upload is no path of this machine
            result = replace(result, source=Source(kind="none", problem="not read"))
        name = f"{Path(result.path).name}.examination"
        return writing.one(result, self._parts.judge.bundle, name, suffix)


def _minutes(seconds: float) -> str:
    minutes = f"{round(seconds / 60, 1):g}"
    return "1 minute" if minutes == "1" else f"{minutes} minutes"
