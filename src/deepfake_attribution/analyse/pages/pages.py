"""The pages of an analysis: one per video, whole in itself, and the list of all of them."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepfake_attribution.analyse import ratio_words, words
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.names import common_folder, parted, shown
from deepfake_attribution.analyse.pages import face_maps, pictures, timeline
from deepfake_attribution.analyse.pages.pictures import Picture
from deepfake_attribution.analyse.pages.scatter import Scatter
from deepfake_attribution.analyse.results import OK, PersonResult, VideoResult
from deepfake_attribution.report.page import assets
from deepfake_attribution.report.page.page_templates import environment

HERE = Path(__file__).parent
# styles, tables and the map's look are those of the pipeline's report
STYLES = (
    *(assets.HERE / name for name in (*assets.STYLES, *assets.MAP_STYLES)),
    HERE / "analysis.css",
)
SCRIPTS = tuple(assets.HERE / name for name in ("page.js", *assets.TABLES))


@dataclass(frozen=True)
class Row:
    """A row of the list.

    Attributes:
        result: of the video.
        person: the result of a person, or of the video if nobody was seen.
        page: address of the video's page; empty: it has none.
        face: address of a picture; empty: there is none.
        document: address of the document without suffix; empty: there is none.
    """

    result: VideoResult
    person: PersonResult
    page: str = ""
    face: str = ""
    document: str = ""


def video_page(result: VideoResult, bundle: Bundle) -> str:
    """Return the page of one video: a whole file in itself, to keep and to hand on.

    Args:
        result: its result, with crops.
        bundle: the model.
    """
    return Pages(bundle).video(result)


class Pages:
    """Writes pages about what one model says; what they have in common is made once.

    Args:
        bundle: the model.
        crops: whether faces are shown.
    """

    def __init__(self, bundle: Bundle, crops: bool = True) -> None:
        self._record = bundle.record
        self._scatter = Scatter(bundle)
        self._picture = pictures.inside if crops else pictures.hidden

    def video(self, result: VideoResult, back: str = "") -> str:
        """Return the page of one video.

        Args:
            result: of the video.
            back: address of the list; empty: there is none.
        """
        values = self._of_video(result, self._picture)
        page = environment(HERE).get_template("page.html.j2")
        return page.render(back=back, top=2, **_whole(), **values)

    def part(self, result: VideoResult, picture: Picture) -> str:
        """Return what is on the page of one video below its name, for a page that has its own.

        It holds neither scripts nor styles; its headings are below those of level 2.

        Args:
            result: of the video.
            picture: gives the addresses of faces.
        """
        values = self._of_video(result, picture)
        return environment(HERE).get_template("video.html.j2").render(top=3, **values)

    def rests(self) -> str:
        """Return what every verdict of the model rests on, as a list."""
        return environment(HERE).get_template("rests.html.j2").render(self._common())

    def listing(
        self,
        rows: Sequence[Row],
        lines: Sequence[str],
        remarks: Sequence[str],
    ) -> str:
        """Return the list of videos.

        Args:
            rows: one for each person, and one for each video where nobody was seen.
            lines: above the table: which model, how many videos.
            remarks: what is no row.
        """
        return (
            environment(HERE)
            .get_template("list.html.j2")
            .render(
                rows=rows,
                lines=lines,
                common=common_folder([row.result.path for row in rows]),
                remarks=[shown(remark) for remark in remarks],
                probability=self._record.score_kind == "probability",
                **_whole(),
                **self._common(),
            )
        )

    def _of_video(self, result: VideoResult, picture: Picture) -> dict[str, Any]:
        return {
            "result": result,
            "person": result.video,
            "verdict": words.verdict(result.video, self._record),
            "gauge": timeline.gauge(result.video, result, self._record.likelihood),
            "people": [self._person(person, result, picture) for person in _people(result)],
            "lost": [one for one in result.frames if one.status != OK],
            "scatter": self._scatter,
            "places": self._scatter.places(result.people),
            "rings": self._scatter.rings(result.video.neighbours),
        } | self._common()

    def _common(self) -> dict[str, Any]:
        return {
            "record": self._record,
            "rests_on": words.rests_on(self._record),
            "words": words,
            "ratios": ratio_words,
            "parted": parted,
            "shown": shown,
        }

    def _person(
        self, person: PersonResult, result: VideoResult, picture: Picture
    ) -> dict[str, Any]:
        most = max(person.probabilities.values(), default=0.0)
        return {
            "person": person,
            "verdict": words.verdict(person, self._record),
            "gauge": timeline.gauge(person, result, self._record.likelihood),
            "chart": timeline.chart(person.person, result, picture, self._record.likelihood),
            "unlike": words.unlike(person),
            "map": face_maps.shown(person.person, result, picture),
            "bars": [
                {
                    "name": name,
                    "share": words.share(value),
                    "width": round(100 * value, 1),
                    "colour": self._scatter.classes.colour(name),
                    "most": value == most,
                }
                for name, value in person.probabilities.items()
            ],
        }


def _people(result: VideoResult) -> list[PersonResult]:
    """Return everybody who was judged, the one that the verdict rests on first."""
    return sorted(result.people, key=lambda person: person.person != result.video.person)


def _whole() -> dict[str, Any]:
    """Return what makes a page whole in itself: its style, its scripts, and their digests."""
    parts = [path.read_text(encoding="utf-8") for path in SCRIPTS]
    allowed = " ".join(f"'sha256-{_digest(part)}'" for part in parts)
    return {"style": style(), "scripts": parts, "allowed": allowed}


def scripts() -> str:
    """Return the scripts of all tables here, as one file."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)


def style() -> str:
    """Return the style of all that is drawn here."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STYLES)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
