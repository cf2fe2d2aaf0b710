"""The page that several files of tests open in a browser."""

from pathlib import Path

import pytest
import small_page

from deepfake_attribution.core import paths
from made_once import made_once


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of `small_page` on disk; files about another page have a fixture of their own."""

    def make(folder: Path) -> None:
        folder.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            small_page.build()

    return made_once(tmp_path_factory, "small-page", make) / paths.page()
