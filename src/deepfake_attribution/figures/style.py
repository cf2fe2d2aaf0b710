"""What all pictures share: a colour and a marker per class, fonts, and how they are written."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from deepfake_attribution.catalog.video import REAL
from deepfake_attribution.durable import write
from deepfake_attribution.figures.predictions import FAKE

WIDTH = 9.0  # inches; with DPI, the width of a page
DPI = 120
HEAD = 0.48  # inches of the two lines above a picture
INK, QUIET, FAINT = "#222222", "#555555", "#8a8a8a"
# Told apart with the common kinds of colour blindness: Okabe and Ito's set, then Tol's muted one.
REAL_COLOUR, FAKE_COLOUR = "#0072B2", "#D55E00"
ATTACK_COLOURS = (
    *("#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#882255", "#999933"),
    *("#332288", "#44AA99", "#CC6677", "#661100", "#117733", "#AA4499"),
)
REAL_MARKER = "o"
# Letters are matplotlib's; (points, 1, 0) is a star. None looks like the circle of the reals.
ATTACK_MARKERS: tuple[Any, ...] = (
    *("s", "^", "D", "v", "P", "X", "*", "<", "p", ">", "d"),
    *((4, 1, 0), (8, 1, 0), (3, 1, 0)),
)


@dataclass(frozen=True)
class Classes:
    """The classes of all pictures; each keeps its colour and its marker from one to the next.

    Attributes:
        trained: names of the classes trained on, ``real`` first.
        others: attacks that are only tested on.
    """

    trained: Sequence[str]
    others: Sequence[str]

    def names(self) -> list[str]:
        """Return all classes, in the order of every legend."""
        return [*self.trained, *self.others]

    def colour(self, name: str) -> str:
        """Return the colour of a class; colours begin again after the twelfth attack."""
        fixed = {REAL: REAL_COLOUR, FAKE: FAKE_COLOUR}
        return fixed.get(name) or ATTACK_COLOURS[self._place(name) % len(ATTACK_COLOURS)]

    def marker(self, name: str) -> Any:
        """Return the marker of a class; markers begin again after the fourteenth attack."""
        if name == REAL:
            return REAL_MARKER
        return ATTACK_MARKERS[self._place(name) % len(ATTACK_MARKERS)]

    def label(self, name: str) -> str:
        """Return the name of a class, with a note where nothing was trained on it."""
        return f"{name} (not trained on)" if name in self.others else name

    def _place(self, name: str) -> int:
        attacks = [attack for attack in self.names() if attack != REAL]
        return attacks.index(name) if name in attacks else len(attacks)


@contextmanager
def drawing() -> Iterator[None]:
    """Set fonts and lines for all figures that are made and written inside."""
    settings: dict[Any, Any] = {
        "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
        "font.size": 9.5,
        "axes.titlesize": 10.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": FAINT,
        "legend.frameon": False,
        "text.parse_math": False,  # a $ in a name is a $
        "text.color": INK,
        "axes.labelcolor": INK,
    }
    with matplotlib.rc_context(settings):
        yield


def new(width: float = WIDTH, height: float = 5.5) -> Figure:
    """Return an empty figure of ``width`` x ``height`` inches that fits its parts by itself."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)  # needs no display
    return figure


def head_line(figure: Figure, title: str, below: str) -> None:
    """Write a title and, smaller, what it rests on, above everything else."""
    height = figure.get_size_inches()[1]
    width = figure.get_size_inches()[0]
    size = min(12.0, 105 * width / max(len(title), 1))  # the names of many databases are long
    lines = ((0.06, title, size, INK, "bold"), (0.29, below, 9, QUIET, "normal"))
    for down, text, points, colour, weight in lines:
        line = figure.text(0.008, 1 - down / height, text, ha="left", va="top", fontsize=points)
        line.set(color=colour, fontweight=weight)
        line.set_in_layout(False)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, 1 - HEAD / height))


def save(figure: Figure, path: Path) -> None:
    """Write ``figure`` as PNG: the same figure gives the same bytes, without clock or version."""
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    write(content.getbuffer(), path)
