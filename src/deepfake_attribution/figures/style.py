"""Style of all pictures: a colour and a marker per class, fonts, and how files are written."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from deepfake_attribution.core.durable import write
from deepfake_attribution.core.video import REAL
from deepfake_attribution.figures import fonts
from deepfake_attribution.figures.predictions import FAKE

COLUMN, WIDTH = 3.5, 7.16  # inches: a column of a two-column paper, and both
DPI = 150  # of a PNG
PACKED = 3  # of zlib: half the time of 6, its usual level, for 4 % larger files
PRINT_DPI = 300  # of the points of large maps inside a PDF
SMALLEST = 7.0  # points; smaller print is hard to read on paper
HEAD = 0.4  # inches of the two lines above a picture
INK, QUIET, FAINT = "#222222", "#555555", "#8a8a8a"
# Distinguishable with common colour blindness: Okabe and Ito's set, then Tol's muted one.
REAL_COLOUR, FAKE_COLOUR = "#0072B2", "#D55E00"
ATTACK_COLOURS = (
    *("#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#882255", "#999933"),
    *("#332288", "#44AA99", "#CC6677", "#661100", "#117733", "#AA4499"),
)
REAL_MARKER = "o"
# Letters are matplotlib's; (points, 1, 0) is a star. None of them looks like the circle of reals.
ATTACK_MARKERS: tuple[Any, ...] = (
    *("s", "^", "D", "v", "P", "X", "*", "<", "p", ">", "d"),
    *((4, 1, 0), (8, 1, 0), (3, 1, 0)),
)


@dataclass(frozen=True)
class Classes:
    """The classes of all pictures; each has the same colour and marker in all of them.

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
        """Return the name of a class, with a note if it was not trained on."""
        return f"{name} (not trained on)" if name in self.others else name

    def _place(self, name: str) -> int:
        attacks = [attack for attack in self.names() if attack != REAL]
        return attacks.index(name) if name in attacks else len(attacks)


@contextmanager
def drawing() -> Iterator[None]:
    """Set fonts and lines for all figures that are made and written inside."""
    settings: dict[Any, Any] = {
        "font.family": fonts.families(),
        "font.size": 8,
        "axes.titlesize": 8.5,
        "lines.linewidth": 1.2,
        "lines.markersize": 5,
        "pdf.fonttype": 42,  # TrueType outlines: publishers refuse type 3 fonts
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": FAINT,
        "legend.frameon": False,
        "text.parse_math": False,  # names may contain $
        "text.color": INK,
        "axes.labelcolor": INK,
    }
    with matplotlib.rc_context(settings):
        yield


def new(width: float = WIDTH, height: float = 4.4) -> Figure:
    """Return an empty figure of ``width`` x ``height`` inches that fits its parts by itself."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)  # needs no display
    return figure


def head_line(figure: Figure, title: str, below: str) -> None:
    """Write a title and a smaller subtitle above everything else.

    The names of many databases are long: a line is set smaller, and cut if it does not fit at
    `SMALLEST`.
    """
    width, height = figure.get_size_inches()
    lines = ((0.05, title, 10.0, 100, INK, "bold"), (0.235, below, 7.5, 138, QUIET, "normal"))
    for down, text, largest, fitting, colour, weight in lines:
        room = fitting * width  # characters of one point that fit, about
        size = max(min(largest, room / max(len(text), 1)), SMALLEST)
        text = shortened(text, int(room / SMALLEST))
        line = figure.text(0.008, 1 - down / height, text, ha="left", va="top", fontsize=size)
        line.set(color=colour, fontweight=weight)
        line.set_in_layout(False)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, 1 - HEAD / height))


def shortened(text: str, length: int) -> str:
    """Return ``text``, cut with an ellipsis if it has more than ``length`` characters."""
    return text if len(text) <= length else text[: length - 1] + "\u2026"


def save(figure: Figure, path: Path) -> None:
    """Write ``figure`` as PNG: the same figure gives the same bytes, without clock or version."""
    _settle(figure)
    content = io.BytesIO()
    quick = {"compress_level": PACKED}
    FigureCanvasAgg(figure).print_png(content, metadata={"Software": None}, pil_kwargs=quick)
    write(content.getbuffer(), path)


def save_print(figure: Figure, path: Path) -> None:
    """Write ``figure`` as PDF for a paper, with vectors and embedded fonts; bytes as with `save`.

    Call it inside `drawing`, which sets how fonts are embedded.
    """
    _settle(figure)
    nothing = dict.fromkeys(("Creator", "Producer", "CreationDate"))
    content = io.BytesIO()
    before, figure.dpi = figure.dpi, PRINT_DPI
    FigureCanvasPdf(figure).print_pdf(content, metadata=nothing)
    figure.dpi = before
    write(content.getbuffer(), path)


def _settle(figure: Figure) -> None:
    """Fix the layout, because the parts would move a little at another resolution.

    Afterwards the canvas of a format writes the figure: `savefig` would draw it once more before.
    """
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.execute(figure)
        figure.set_layout_engine("none")
