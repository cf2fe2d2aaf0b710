"""The page's HTML: it contains every table and links every picture, so it works without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.report.content import Run, Section, reading, sections, summed_up
from deepfake_attribution.report.page import (
    attack_plots,
    coverage_plots,
    downloads,
    evidence_plots,
    first_screen,
    forest_plots,
    likelihood_plots,
    matrix_plots,
    oscr_plots,
    picture_list,
    ridge_plots,
    robustness_plots,
    score_plots,
    strength_plots,
    threshold_plots,
    training_plots,
    unseen_plots,
)
from deepfake_attribution.report.page.assets import HEADS, LIBRARY, SCRIPTS, SHADES, STYLES
from deepfake_attribution.report.page.captions import grouped
from deepfake_attribution.report.page.drawings import Drawing
from deepfake_attribution.report.page.fallbacks import Picture
from deepfake_attribution.report.page.first_faces import Face
from deepfake_attribution.report.page.page_templates import environment
from deepfake_attribution.report.page.unseen_faces import Sheet
from deepfake_attribution.report.questions import asked

TEMPLATE = "page.html.j2"


@dataclass(frozen=True)
class Gallery:
    """Pictures of one figure; if ``plot`` is set, scripts replace the pictures by a plot.

    Attributes:
        name: anchor on the page, and section of its pictures in their list.
        question: anchor of the question that it answers, see `questions.QUESTIONS`.
        heading: shown above it, if its question has several figures.
        plot: the plot that the page's scripts draw; or empty.
        reading: how to read the plot.
        section: anchor of a section whose answer is shown above the figure; or empty.
    """

    name: str
    question: str
    heading: str
    plot: str = ""
    reading: Sequence[str] = ()
    section: str = ""


# In the order of each question.
GALLERIES = (
    Gallery(
        "forest", "differences", "Differences to the best approach", "forest", forest_plots.READING
    ),
    Gallery(
        "operating",
        "databases",
        "AUC, and HTER at each threshold",
        "operating",
        threshold_plots.READING,
    ),
    Gallery("attack-bars", "attacks", "Each attack alone", "attacks", attack_plots.READING),
    Gallery(
        "strength",
        "attacks",
        "By the strength of the attack",
        "strengths",
        strength_plots.READING,
        "strengths",
    ),
    Gallery(
        "robustness",
        "robustness",
        "By the strength of the damage",
        "robustness",
        robustness_plots.READING,
    ),
    Gallery("unseen", "open-set", "Classes and distance", "unseen", unseen_plots.READING),
    Gallery(
        "histograms", "thresholds", "Scores of real and fake videos", "ridges", ridge_plots.READING
    ),
    Gallery("likelihood", "likelihood", "Tippett and ECE", "likelihood", likelihood_plots.READING),
    Gallery(
        "coverage",
        "not-known",
        "Share answered against error",
        "coverage",
        coverage_plots.READING,
    ),
    Gallery("oscr", "not-known", "Names of known and unseen attacks", "oscr", oscr_plots.READING),
    Gallery(
        "evidence-maps",
        "evidence-maps",
        "Maps against what was changed",
        "evidence-maps",
        evidence_plots.READING,
    ),
    Gallery("evidence-examples", "evidence-maps", "Examples"),
    Gallery("confusion", "classes", "Confusion matrices", "matrices", matrix_plots.READING),
    Gallery("roc", "roc", "ROC and DET curves", "curves", score_plots.READING),
    Gallery("training", "training", "Training", "training", training_plots.READING),
    Gallery("maps", "maps", "Maps of the embeddings"),
    Gallery("faces", "faces", "Faces"),
)


@dataclass(frozen=True)
class Content:
    """What the page shows in addition to the report's own sections.

    Attributes:
        run: the results that are reported.
        details: further sections, see `questions.QUESTIONS`.
        sheets: doubtful crops, below ``no-face``.
        fallbacks: further pictures, by the name of their gallery; those of no gallery are files.
        faces: one per class, for the first screen.
        drawings: of questions, by their anchor.
        map: what the template of the interactive maps takes, see `map_part.write`; empty: none.
        validated: the approach that validation chose; empty: not known.
    """

    run: Run
    details: Sequence[Section] = ()
    sheets: Sequence[Sheet] = ()
    fallbacks: Mapping[str, Sequence[Picture]] = field(default_factory=dict)
    faces: Sequence[Face] = ()
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    map: Mapping[str, Any] = field(default_factory=dict)
    validated: str = ""


def render(content: Content, pictures: Path) -> str:
    """Return the page: the first screen, the summary, then each question with figures and tables.

    Args:
        content: what is shown.
        pictures: folder of the pictures and their list, next to the page and the folder of tables.

    Raises:
        UserError: the list of pictures, or one of them, is not there.
    """
    galleries = _galleries(pictures, content.fallbacks)
    told = [*sections(content.run), *content.details]
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            remarks=content.run.remarks,
            first=first_screen.content(content.run, content.faces, content.validated),
            reading=reading(content.run),
            summary=summed_up(content.run),
            questions=asked(told, {gallery["question"] for gallery in galleries}),
            galleries=galleries,
            answers={section.anchor: section.answer for section in told},
            drawings=content.drawings,
            files=downloads.found(pictures, picture_list.read(pictures), content.fallbacks),
            sheets=content.sheets,
            map=content.map,
            assets=paths.page_files().name,
            styles=[*STYLES, HEADS, SHADES, *content.map.get("styles", ())],
            early=SCRIPTS[0],
            scripts=[LIBRARY, *SCRIPTS[1:], *content.map.get("scripts", ())],
        )
    )


def _galleries(folder: Path, further: Mapping[str, Sequence[Picture]]) -> list[dict[str, Any]]:
    """Return the galleries that have a picture; all but the first picture of a group are folded."""
    listed = picture_list.read(folder)
    for picture in listed:
        if picture["file"]:
            picture["width"], picture["height"] = _size(folder / picture["file"])
            picture["file"] = f"{folder.name}/{picture['file']}"
    for one, section in ((one, name) for name, own in further.items() for one in own):
        width, height = _size(paths.page().parent / one.file)
        about = {"section": section, "group": "", "file": one.file, "title": one.title}
        listed.append(about | {"caption": one.caption, "width": width, "height": height})
    galleries = []
    for gallery in GALLERIES:
        own = [picture for picture in listed if picture["section"] == gallery.name]
        if own:
            galleries.append(vars(gallery) | grouped(own))
    return galleries


def _size(path: Path) -> tuple[int, int]:
    """Return width and height of a PNG, in pixels; they reserve its space until it is loaded."""
    try:
        with path.open("rb") as file:
            head = file.read(24)
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such picture; `dvc repro --force --single-item figures` makes it anew"
        ) from None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
