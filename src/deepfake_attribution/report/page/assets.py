"""The page's own files: styles, scripts, and the plotting library, copied next to the page."""

import importlib.util
from pathlib import Path

from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.heads import registry
from deepfake_attribution.report import matrix_colours

HERE = Path(__file__).parent
LIBRARY = "plotly.min.js"
HEADS = "heads.css"  # written here: the colours of the heads
SHADES = "shades.css"  # written here: the colours of the matrix
STYLES = ("page.css", "first_screen.css", "drawing.css")
MAP_STYLES = ("map.css",)  # of every page with a map
# In this order: each may use what those before it define. The first runs before anything is shown.
TABLES = ("table-copy.js", "tables.js")  # after page.js, any page can have these tables
SCRIPTS = (
    *("page.js", *TABLES, "figure-legend.js", "figures.js", "glossary.js", "unfold.js"),
    *("sideways.js", "print.js"),
)


def copy(folder: Path) -> None:
    """Write styles, scripts and the plotting library into ``folder``.

    Raises:
        UserError: plotly is not installed, or has no library for browsers.
    """
    for name in (*STYLES, *SCRIPTS):
        write((HERE / name).read_bytes(), folder / name)
    write(colours().encode(), folder / HEADS)
    write(matrix_colours.rules().encode(), folder / SHADES)
    write(library().read_bytes(), folder / LIBRARY)


def colours() -> str:
    """Return a style that defines the colour of each head, ``--NAME``, light and dark."""
    heads = [registry.about(name) for name in registry.names()]
    light, dark = (
        " ".join(f"--{head.name}: {head.colours[place]};" for head in heads) for place in (0, 1)
    )
    on_dark = "@media screen and (prefers-color-scheme: dark)"
    return f":root {{ {light} }}\n{on_dark} {{ :root {{ {dark} }} }}\n"


def library() -> Path:
    """Return plotly's library for browsers, as its Python package brings it; raises as `copy`."""
    found = importlib.util.find_spec("plotly")
    folders = list(found.submodule_search_locations or []) if found else []
    for folder in folders:
        path = Path(folder) / "package_data" / LIBRARY
        if path.is_file():
            return path
    raise UserError(
        f"plotly: its {LIBRARY} is not there: install the package as requirements.lock names it"
    )
