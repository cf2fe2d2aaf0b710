"""The page that several files of tests open in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_page


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The page of `small_page` on disk; files about another page have a fixture of their own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("page")
        patch.chdir(folder)
        yield folder / small_page.build()
