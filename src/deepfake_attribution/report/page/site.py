"""Everything of the page: the HTML, its scripts and styles, and the data that they draw."""

import shutil
from collections.abc import Mapping, Sequence

import pandas as pd

from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import write
from deepfake_attribution.evidence_maps import files as evidence_files
from deepfake_attribution.figures.gallery import classes_of
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.report.page import (
    assets,
    baseline_drawing,
    counts_drawing,
    document,
    first_faces,
    made_from,
    map_part,
    no_face_drawing,
    plotted,
    unseen_faces,
)
from deepfake_attribution.report.page.drawings import Drawing
from deepfake_attribution.report.page.source import Source
from deepfake_attribution.report.validation_choice import chosen_approach


def databases(figures: pd.DataFrame, families: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the datasets that have a row of their own, in the order of the tables."""
    return [name for name in figures["database"].unique() if name not in families]


def _drawings(source: Source) -> dict[str, Drawing]:
    """Return the drawings of questions, by their anchor."""
    baseline = baseline_drawing.draw(source.run.figures)
    return {
        "no-face": no_face_drawing.draw(source.datasets),
        "made-from": counts_drawing.draw(source.datasets, source.run.training),
        **({"metadata-baseline": baseline} if baseline else {}),
    }


def write_all(source: Source) -> None:
    """Write reports/index.html and, beside it, reports/page, anew.

    Raises:
        UserError: something that an earlier stage makes is not there.
    """
    folder = paths.page_files()
    shutil.rmtree(folder, ignore_errors=True)  # nothing stays of datasets that were there before
    assets.copy(folder)
    shown = plotted.write_data(source, folder / "data")
    classes = classes_of(source.datasets, source.run.training)
    content = document.Content(
        run=source.run,
        details=[
            unseen_faces.section(source.datasets),
            made_from.section(source.settings, source.datasets, list(chosen()), source.seeds),
        ],
        sheets=unseen_faces.sheets(source.datasets, folder),
        fallbacks=plotted.draw_pictures(source, shown, folder),
        drawings=_drawings(source),
        faces=first_faces.write(source.datasets, classes, folder),
        map=map_part.write(
            folder, paths.pictures(), classes, source.seeds[0], evidence_files.read_drawn()
        ),
        validated=chosen_approach(source.figures, source.run.training, source.seeds[0]),
    )
    write(document.render(content, paths.pictures()).encode(), paths.page())
