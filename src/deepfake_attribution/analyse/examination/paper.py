"""An A4 document of fpdf2 with our font, that has the same bytes for the same content."""

import io
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF

FONT = "DejaVu"
FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)  # a document has no clock; as in archives without one
MARGIN = 15.0  # mm
WIDTH, HEIGHT = 210.0, 297.0
WITHIN = WIDTH - 2 * MARGIN
LINE = 1.32  # height of a line, in sizes of the font
POINT = 25.4 / 72  # mm
Colour = tuple[int, int, int]
Size = tuple[float, float]
INK: Colour = (29, 33, 38)
QUIET: Colour = (89, 97, 107)
RULE: Colour = (201, 206, 212)
SHADE: Colour = (243, 244, 246)
WARN: Colour = (255, 244, 220)
WARN_LINE: Colour = (217, 154, 0)


class Paper(FPDF):
    """Pages that are filled from top to bottom; nothing breaks onto a further page."""

    def __init__(self) -> None:
        import matplotlib  # its font is the same on every machine

        super().__init__(format="A4")
        logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
        self.set_creation_date(NO_DATE)
        self.set_auto_page_break(False)
        self.set_margins(MARGIN, 12.0, MARGIN)
        self.c_margin = 0.0
        self.set_lang("en")
        folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        for style, name in FILES.items():
            self.add_font(FONT, style, folder / name)
        self._widths: dict[str, Any] = {
            style: self.fonts[f"{FONT.lower()}{style}"].cw for style in FILES
        }
        cmaps = [getattr(font, "cmap", {}) for font in self.fonts.values()]
        self._signs: set[int] = set.intersection(*map(set, cmaps))

    def drawable(self, text: str) -> str:
        """Return ``text`` with escapes for characters that the font does not have."""
        return "".join(
            sign if ord(sign) in self._signs else sign.encode("unicode_escape").decode()
            for sign in text
        )

    def pen(self, size: float, style: str = "", colour: Colour = INK) -> float:
        """Set the font, and return the height of its lines in mm."""
        self.set_font(FONT, style, size)
        self.set_text_color(*colour)
        return size * POINT * LINE

    def lines(self, text: str, width: float) -> list[str]:
        """Return ``text`` as lines of at most ``width`` mm, in the font that is set.

        fpdf2 breaks lines, too, but needed two thirds of the time of a document for it.
        """
        room, made, used = width / self.font_size * 1000, [""], 0.0
        for word in re.findall(r"\S+\s*", self.drawable(text)):
            needed = self._wide(word.rstrip())
            if used and used + needed > room:
                made.append("")
                used = 0.0
            if needed > room:  # no line is long enough for it
                for sign in word:
                    if used + self._wide(sign) > room:
                        made.append("")
                        used = 0.0
                    made[-1] += sign
                    used += self._wide(sign)
                continue
            made[-1] += word
            used += self._wide(word)
        return [line.rstrip() for line in made]

    def _wide(self, text: str) -> float:
        """Return the width of ``text`` in thousandths of the size of the font that is set."""
        widths = self._widths[self.font_style]
        return sum(widths[ord(sign)] for sign in text)

    def write_at(self, x: float, text: str, width: float, height: float, most: int = 99) -> float:
        """Write ``text`` from the current height on, and return the height below it.

        Args:
            x: left edge.
            text: what does not fit into ``most`` lines ends with three dots.
            width: of the lines.
            height: of a line.
            most: lines.
        """
        made = self.lines(text, width)
        if len(made) > most:
            made = [*made[: most - 1], f"{made[most - 1].rstrip()[:-3]}..."]
        return self.write_lines(x, made, width, height)

    def write_lines(self, x: float, lines: Sequence[str], width: float, height: float) -> float:
        """Write lines that fit from the current height on, and return the height below them."""
        y = self.get_y()
        for line in lines:
            self.set_xy(x, y)
            self.cell(width, height, line)
            y += height
        self.set_y(y)
        return y

    def rule(self) -> None:
        """Draw a line across the page."""
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.line(MARGIN, self.get_y(), WIDTH - MARGIN, self.get_y())

    def picture(self, content: bytes, x: float, y: float, height: float, width: float) -> Size:
        """Draw a JPEG within a box, and return its width and height in mm."""
        from PIL import Image

        with Image.open(io.BytesIO(content)) as image:
            shape = image.width / image.height
        wide = min(width, height * shape)
        self.image(io.BytesIO(content), x, y, w=wide, h=wide / shape)
        return wide, wide / shape

    def grid(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], wide: Sequence[float]
    ) -> None:
        """Draw a table; a row of one cell goes across.

        Args:
            head: names of the columns.
            rows: cells, in one line each.
            wide: shares of the width.
        """
        for place, row in enumerate([head, *rows]):
            height = self.pen(7.5, colour=INK if place else QUIET)
            y, x = self.get_y() + 0.4, MARGIN
            for cell, share in zip(row, wide if len(row) > 1 else (1.0,), strict=False):
                self.set_y(y)
                self.write_at(x, cell, WITHIN * share - 2, height, most=1)
                x += WITHIN * share
            self.set_y(y + height + 0.4)
            self.rule()
