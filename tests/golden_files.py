"""Texts that tests compare with files: tests/golden/<file of the test>/<name>.txt.

`make golden` writes all of them anew; what changed is then read in the commit. For wording: what a
text must say whatever its words (a figure, a name) stays an assertion of the test.
"""

from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).with_name("golden")


class Golden:
    """Compares texts with the golden files of one file of tests, or writes these.

    Args:
        folder: of the golden files.
        rewrite: whether they are written.
    """

    def __init__(self, folder: Path, rewrite: bool) -> None:
        self._folder, self._rewrite = folder, rewrite

    def __call__(self, name: str, lines: Iterable[str]) -> None:
        """Compare ``lines`` with the golden file called ``name``."""
        path = self._folder / f"{name.replace(' ', '_')}.txt"
        text = "".join(f"{line}\n" for line in lines)
        if self._rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"{path} is not there: `make golden` writes it"
        expected = path.read_text(encoding="utf-8")
        assert text == expected, f"not the words of {path}: `make golden`, if these are better"
