import io
from collections.abc import Sequence

import numpy as np
import pytest
from matplotlib import font_manager

from deepfake_attribution.figures import fonts, style

PLAIN = "AVATAR To fi ffl 0.5 \u2264 1 \u2013 \u201creal\u201d \u00b1\u2212% (#1) $x_2$"


def drawn(text: str, families: Sequence[str], weight: str) -> bytes:
    """Return a PNG of ``text``."""
    with style.drawing():
        figure = style.new(5, 0.5)
        figure.text(0.01, 0.3, text, fontsize=11, fontfamily=families, fontweight=weight)
        content = io.BytesIO()
        figure.savefig(content, format="png")
    return content.getvalue()


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("text", [PLAIN, "Zo\u00eb, \u0141ukasz, \u03b1\u03b2, \u0416\u0438"])
def test_text_looks_as_in_the_whole_font(text: str, weight: str) -> None:
    assert drawn(text, fonts.families(), weight) == drawn(text, [fonts.WHOLE], weight)


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_plain_text_is_in_the_cut_font(weight: str) -> None:
    wanted = font_manager.FontProperties(family=fonts.LATIN, weight=weight)
    path = font_manager.findfont(wanted, fallback_to_default=False)
    known = font_manager.get_font(path).get_charmap()
    assert {ord(letter) for letter in PLAIN} <= known.keys()
    assert np.isclose(len(known), len(fonts.CHARACTERS), rtol=0.1)
