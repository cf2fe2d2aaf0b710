"""The font of all pictures, cut to plain Latin: embedding it in a PDF is then quick.

matplotlib takes what a PDF needs out of a font of 6,000 glyphs, again for each file: a third of the
time of all pictures. The cut font looks the same; other characters come from the whole one.
"""

import atexit
import logging
import shutil
import tempfile
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib import font_manager

WHOLE = "DejaVu Sans"  # comes with matplotlib: the same on every machine
LATIN = "DejaVu Sans Latin"
FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
# Basic Latin, dashes and quotation marks, and signs that our own texts have.
CHARACTERS = (
    *(*range(0x20, 0x7F), *range(0x2010, 0x2027)),
    *(0xB1, 0xB7, 0xD7, 0x2212, 0x2248, 0x2264, 0x2265, 0x2605),
)
FAMILY_NAMES = (1, 4, 16)  # of a font's table of names


@cache
def families() -> tuple[str, str]:
    """Return the names of the cut font, which the first call makes known, and of the whole one."""
    place = Path(tempfile.mkdtemp(prefix="fonts-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    for name in FILES:
        _cut(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name, place / name)
        font_manager.fontManager.addfont(place / name)
    return LATIN, WHOLE


def _cut(font: Path, out: Path) -> None:
    """Write the part of ``font`` that shapes and draws `CHARACTERS` exactly as it does."""
    from fontTools import subset

    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # of tables that no text needs
    options = subset.Options(layout_features=["*"], legacy_kern=True, name_IDs=["*"])
    options.glyph_names = options.notdef_outline = options.recommended_glyphs = True
    options.drop_tables += ["MATH"]
    with subset.load_font(font, options) as loaded:
        cut = subset.Subsetter(options)
        cut.populate(unicodes=CHARACTERS)
        cut.subset(loaded)
        for record in loaded["name"].names:
            if record.nameID in FAMILY_NAMES:
                record.string = LATIN
        subset.save_font(loaded, out, options)
