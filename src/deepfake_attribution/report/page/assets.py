"""The page's own files: styles, scripts, and the plotting library, copied next to the page."""

import importlib.util
from pathlib import Path

from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError

HERE = Path(__file__).parent
LIBRARY = "plotly.min.js"
STYLES = ("page.css",)
# In this order: each may use what those before it define. The first runs before anything is shown.
SCRIPTS = (
    "page.js",
    "tables.js",
    "plots.js",
    "curves.js",
    "matrices.js",
    "training.js",
    "print.js",
)


def copy(folder: Path) -> None:
    """Write styles, scripts and the plotting library into ``folder``.

    Raises:
        UserError: plotly is not installed, or has no library for browsers.
    """
    for name in (*STYLES, *SCRIPTS):
        write((HERE / name).read_bytes(), folder / name)
    write(library().read_bytes(), folder / LIBRARY)


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
