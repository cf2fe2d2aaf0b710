"""The document as a PDF of two A4 pages."""

from collections.abc import Sequence

from deepfake_attribution.analyse.examination.paper import (
    HEIGHT,
    INK,
    MARGIN,
    QUIET,
    SHADE,
    WARN,
    WARN_LINE,
    WIDTH,
    WITHIN,
    Colour,
    Paper,
)
from deepfake_attribution.analyse.examination.sheet import (
    ACROSS,
    Figure,
    Rows,
    Sheet,
    Shown,
    and_more,
)

COLOURS: dict[str, Colour] = {"real": (0, 114, 178), "fake": (178, 74, 0)}
FOOT = HEIGHT - 12.0  # mm from the top: where the last line of a page is
MODEL, SIGN = 28.0, 13.0  # mm that these take at the end of page two
LABEL = 40.0  # mm
ROW = 4.4  # mm: of a table
SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)  # points of a figure
SMALL = 7.2  # points of the sentences on limits
LARGE = 36.0  # mm: side of a face
OF_MAP = LARGE + 14.0  # mm: of the map with its title and captions
TRACES = "Editing can leave such traces, and so can a camera, an upload or a conversion."


def pdf(sheet: Sheet) -> bytes:
    """Return the document as PDF; the same sheet gives the same bytes.

    Args:
        sheet: what it shows.
    """
    paper = Paper()
    paper.set_title(paper.drawable(f"{sheet.verdict}: {sheet.title}"))
    paper.set_subject(f"SHA-256 {sheet.sha256}")
    paper.set_creator("deepfake-attribution")
    paper.add_page()
    _head(paper, sheet)
    _banner(paper, sheet)
    _figures(paper, sheet.figures)
    _title(paper, "What was examined")
    _rows(paper, sheet.facts)
    if sheet.traces:
        _title(paper, "What the container shows")
        _points(paper, sheet.traces, 8.0)
        paper.write_at(MARGIN, TRACES, WITHIN, paper.pen(7.5, colour=QUIET))
    _title(paper, "Faces found")
    _frames(paper, sheet)
    if sheet.people:
        paper.set_y(paper.get_y() + 1.0)
        head = ("other people", "verdict", "score", "log10 LR", "attack", "frames")
        paper.grid(head, sheet.people, (0.15, 0.17, 0.13, 0.17, 0.24, 0.14))
    is_first = sheet.map_is_first and paper.get_y() + OF_MAP < FOOT
    if is_first:
        _map(paper, sheet)
    _foot(paper, sheet, 1)
    paper.add_page()
    paper.set_y(paper.get_y() - 3.5)  # no space above the first title
    if not is_first:
        _map(paper, sheet)
    if sheet.nearest:
        _title(paper, f"Nearest known videos (distance in {sheet.unit})")
        columns = ("video", "what it is", "database", "distance")
        paper.grid(columns, sheet.nearest, (0.44, 0.19, 0.15, 0.22))
    _title(paper, "What this rests on, and its limits")
    _limits(paper, sheet)
    _title(paper, "Model and program")
    _rows(paper, sheet.model)
    _sign(paper)
    _foot(paper, sheet, 2)
    return bytes(paper.output())


def _head(paper: Paper, sheet: Sheet) -> None:
    line = f"{sheet.heading} by deepfake-attribution: a hint, never a proof"
    paper.write_at(MARGIN, line, WITHIN, paper.pen(8.0, colour=QUIET))
    paper.set_y(paper.get_y() + 0.5)
    paper.write_at(MARGIN, sheet.title, WITHIN, paper.pen(14.0, "B"), most=3)
    top, inner = paper.get_y() + 2.5, WITHIN - 9.0
    colour = COLOURS.get(sheet.verdict, QUIET)
    height = paper.pen(8.5)
    lines = len(paper.lines(sheet.summary, inner))
    large = paper.pen(17.0, "B", colour)
    end = top + 2.0 + large + lines * height + 2.5
    paper.set_fill_color(*SHADE)
    paper.rect(MARGIN, top, WITHIN, end - top, style="F")
    paper.set_fill_color(*colour)
    paper.rect(MARGIN, top, 1.6, end - top, style="F")
    paper.set_y(top + 2.0)
    paper.write_at(MARGIN + 5.5, sheet.verdict.upper(), inner, large)
    paper.write_at(MARGIN + 5.5, sheet.summary, inner, paper.pen(8.5))
    paper.set_y(end)


def _banner(paper: Paper, sheet: Sheet) -> None:
    inner, top = WITHIN - 9.0, paper.get_y() + 1.5
    height = paper.pen(8.0)
    styles = [(text, "B" if bold else "") for text, bold in sheet.banner]
    lines = 0
    for text, style in styles:
        paper.pen(8.0, style)
        lines += len(paper.lines(text, inner))
    tall = lines * height + 2.4
    for colour, wide in ((WARN, WITHIN), (WARN_LINE, 1.6)):
        paper.set_fill_color(*colour)
        paper.rect(MARGIN, top, wide, tall, style="F")
    paper.set_y(top + 1.2)
    for text, style in styles:
        paper.write_at(MARGIN + 5.5, text, inner, paper.pen(8.0, style))
    paper.set_y(top + tall)


def _figures(paper: Paper, figures: Sequence[Figure]) -> None:
    top = lowest = paper.get_y() + 2.5
    wide = WITHIN / len(figures)
    for place, one in enumerate(figures):
        x, inner = MARGIN + place * wide, wide - 3.0
        paper.set_y(top)
        paper.write_at(x, one.label, inner, paper.pen(7.0, colour=QUIET), most=1)
        paper.write_at(x, one.value, inner, _fitting(paper, one.value, inner), most=1)
        lowest = max(lowest, paper.write_at(x, one.note, inner, paper.pen(7.0, colour=QUIET), 5))
    paper.set_y(lowest)


def _fitting(paper: Paper, text: str, width: float) -> float:
    """Set the largest font that shows ``text`` in one line; return the height of a line of 11."""
    height = paper.pen(SIZES[0], "B")
    for size in SIZES:
        paper.pen(size, "B")
        if paper.get_string_width(paper.drawable(text)) <= width:
            break
    return height


def _title(paper: Paper, text: str) -> None:
    paper.set_y(paper.get_y() + 3.5)
    paper.write_at(MARGIN, text, WITHIN, paper.pen(10.0, "B"))
    paper.set_y(paper.get_y() + 0.4)
    paper.rule()
    paper.set_y(paper.get_y() + 1.2)


def _rows(paper: Paper, rows: Rows) -> None:
    for label, value in rows:
        y = paper.get_y()
        paper.write_at(MARGIN, label, LABEL - 2, paper.pen(8.0, colour=QUIET))
        paper.set_y(y)
        paper.write_at(MARGIN + LABEL, value, WITHIN - LABEL, paper.pen(8.0), most=2)


def _points(paper: Paper, lines: Sequence[str], size: float, end: float = FOOT) -> int:
    """Write lines with a point each while they end above ``end``; return how many did not fit."""
    for place, line in enumerate(lines):
        height = paper.pen(size)
        made, y = paper.lines(line, WITHIN - 4.0), paper.get_y()
        if y + height * len(made) > end:
            return len(lines) - place
        paper.write_lines(MARGIN + 0.8, ["\u2022"], 3.0, height)
        paper.set_y(y)
        paper.write_lines(MARGIN + 4.0, made, WITHIN - 4.0, height)
        paper.set_y(paper.get_y() + 0.5)
    return 0


def _frames(paper: Paper, sheet: Sheet) -> None:
    if not sheet.frames:
        text = sheet.no_frames or "No picture with a face."
        paper.write_at(MARGIN, text, WITHIN, paper.pen(8.0))
        return
    caption = paper.pen(7.0, colour=QUIET)
    note = "Time and score of each frame."
    if sheet.people:
        note += " Yellow: the person who decides; white: others."
    rows = -(-len(sheet.frames) // ACROSS)
    others = ROW * (len(sheet.people) + 1) + 1.0 if sheet.people else 0.0
    room = (FOOT - 5.0 - others - paper.get_y()) / rows - caption - 1.5
    wide, height = WITHIN / ACROSS, max(8.0, min(33.0, room))
    for place in range(0, len(sheet.frames), ACROSS):
        _row_of(paper, sheet.frames[place : place + ACROSS], wide, height)
    paper.write_at(MARGIN, note, WITHIN, paper.pen(7.5, colour=QUIET))


def _row_of(paper: Paper, frames: Sequence[Shown], wide: float, height: float) -> None:
    """Draw pictures side by side, as high as the highest of them."""
    y = paper.get_y()
    shapes = []
    for place, one in enumerate(frames):
        x = MARGIN + place * wide
        shapes.append(paper.picture(one.content, x, y, height, wide - 2.0)[1])
    for place, one in enumerate(frames):
        paper.set_y(y + max(shapes) + 0.3)
        paper.write_at(
            MARGIN + place * wide, one.caption, wide - 2.0, paper.pen(7.0, colour=QUIET), most=1
        )
    paper.set_y(paper.get_y() + 1.2)


def _map(paper: Paper, sheet: Sheet) -> None:
    _title(paper, "Where the face speaks for fake or real")
    top, x = paper.get_y(), MARGIN
    for one in sheet.faces:
        paper.picture(one.content, x, top, LARGE, LARGE)
        paper.set_y(top + LARGE + 0.3)
        paper.write_at(x, one.caption, LARGE, paper.pen(7.0, colour=QUIET), most=1)
        x += LARGE + 4.0
    end = paper.get_y() if sheet.faces else top
    inner = WIDTH - MARGIN - x
    paper.set_y(top)
    paper.write_at(x, sheet.map_says, inner, paper.pen(8.0, "B"), most=4)
    paper.set_y(paper.get_y() + 1.0)
    if sheet.regions:
        head = ("region", "of the picture", "for fake", "for real")
        for place, row in enumerate([head, *sheet.regions]):
            y, height = paper.get_y(), paper.pen(7.5, colour=INK if place else QUIET)
            for column, cell in enumerate(row):
                paper.set_y(y)
                paper.write_at(x + column * inner / 4, cell, inner / 4 - 2, height, most=1)
    paper.set_y(max(end, paper.get_y()))


def _limits(paper: Paper, sheet: Sheet) -> None:
    height = paper.pen(SMALL)
    end = FOOT - MODEL - SIGN - height
    left = _points(paper, sheet.limits, SMALL, end)
    if left:
        paper.write_at(MARGIN + 4.0, and_more(left, sheet.whole), WITHIN - 4.0, paper.pen(SMALL))


def _sign(paper: Paper) -> None:
    y, wide = FOOT - 7.0, (WITHIN - 12.0) / 3
    for place, text in enumerate(("Date", "Examiner", "Signature")):
        x = MARGIN + place * (wide + 6.0)
        paper.set_draw_color(*QUIET)
        paper.line(x, y, x + wide, y)
        paper.set_y(y + 0.5)
        paper.write_at(x, text, wide, paper.pen(7.0, colour=QUIET))


def _foot(paper: Paper, sheet: Sheet, number: int) -> None:
    height, page = paper.pen(7.0, colour=QUIET), f"page {number} of 2"
    right = WIDTH - MARGIN - paper.get_string_width(page)
    for x, text in ((MARGIN, f"SHA-256 {sheet.sha256}"), (right, page)):
        paper.set_y(FOOT + 1.5)
        paper.write_at(x, text, WITHIN, height, most=1)
