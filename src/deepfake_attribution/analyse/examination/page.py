"""The document as one HTML file of two A4 pages: no scripts, nothing from outside."""

import base64
from pathlib import Path

from deepfake_attribution.analyse.examination.sheet import ACROSS, Sheet, and_more
from deepfake_attribution.report.page.page_templates import environment

HERE = Path(__file__).parent
STYLE = HERE / "examination.css"
WIDE = 120  # characters of a limit's line, in a wide font
LINES = 67  # on page two, for what its length depends on
OF_MAP, OF_ROW, OF_TABLE = 15, 1.3, 3.0  # lines that these take


def page(sheet: Sheet) -> str:
    """Return the document as HTML.

    Args:
        sheet: what it shows.
    """
    template = environment(HERE).get_template("examination.html.j2")
    return template.render(
        sheet=sheet,
        style=STYLE.read_text(encoding="utf-8"),
        limits=_limits(sheet),
        across=ACROSS,
        address=_address,
    )


def _limits(sheet: Sheet) -> list[str]:
    """Return the sentences that fit on the second page, by an estimate of their lines."""
    left = float(LINES)
    if not sheet.map_is_first:
        left -= OF_MAP if sheet.faces or sheet.regions else OF_TABLE
    left -= OF_TABLE + OF_ROW * len(sheet.nearest) if sheet.nearest else 0
    kept: list[str] = []
    for place, sentence in enumerate(sheet.limits):
        left -= -(-len(sentence) // WIDE) + 0.25
        if left < 1:
            return [*kept, and_more(len(sheet.limits) - place, sheet.whole)]
        kept.append(sentence)
    return kept


def _address(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode('ascii')}"
