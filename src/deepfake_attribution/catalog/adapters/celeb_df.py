"""Celeb-DF v2 (Li et al., CVPR 2020): a test list, and no official validation split.

The validation split is drawn from the videos outside the list, by target identity.

    Celeb-real/id<a>_<nnnn>.mp4              directly inside, or below a further videos/
    YouTube-real/<nnnnn>.mp4
    Celeb-synthesis/id<a>_id<b>_<nnnn>.mp4
    List_of_testing_videos.txt               <1 real, 0 fake> <folder>/<file>
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog import celeb
from deepfake_attribution.catalog.celeb import FAKES, LIST, File
from deepfake_attribution.catalog.files import check_root, misnamed
from deepfake_attribution.catalog.listing import Listing, table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

FORM = re.compile(r"(id\d+)_(id\d+)_(\d+)")
RELEASED_FAKES, RELEASED_TEST_FAKES = 5639, 340


class Settings(Strict):
    """Attributes.

    root: folder that holds the three folders and the list.
    validation: share of the people outside the test list, and of the YouTube clips, that becomes
        the validation split.
    validation_seed: decides which ones.
    test_real: lines of real videos in the test list, 178 in the released one.
    test_fake: of fakes, 340.
    """

    adapter: Literal["celeb_df"]
    root: str = Field(min_length=1)
    validation: float = Field(gt=0, lt=1)
    validation_seed: int = Field(ge=0)
    test_real: int = Field(ge=0)
    test_fake: int = Field(ge=0)


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return all videos that are there, folder by folder, in the order of their names.

    Raises:
        UserError: the root is not this dataset's (perhaps Celeb-DF++'s), the list is not the
            released one, or a file's name is not of its folder's form.
    """
    root = Path(settings.root)
    check_root(name, root, [*celeb.REALS, FAKES], "Celeb-DF v2")
    of_pp = [family for family in celeb.FAMILIES if (root / FAKES / family).is_dir()]
    if of_pp:
        raise UserError(
            f"datasets.{name}.root: {root / FAKES} has {', '.join(of_pp)}: this is Celeb-DF++, for "
            "which there is the adapter celeb_df_pp"
        )
    counts = {REAL: settings.test_real, FAKES: settings.test_fake}
    tested = celeb.read_list(name, root / LIST, settings.test_real, settings.test_fake, "Celeb-DF")
    reals, problems = celeb.reals(root)
    fakes, strange = _fakes(root)
    found = [*reals, *fakes]
    splits = celeb.splits_of(tested, reals, settings.validation, settings.validation_seed)
    originals = celeb.home(root)
    videos = [celeb.video(file, splits, originals) for file in found]
    released = {}
    if counts == {REAL: celeb.RELEASED_TEST_REALS, FAKES: RELEASED_TEST_FAKES}:
        released = {REAL: celeb.RELEASED_REALS, FAKES: RELEASED_FAKES}
    return Listing(
        table(name, celeb.COMPRESSION, videos),
        celeb.expected(videos, counts, released),
        (*problems, *strange, *celeb.missing(tested, found)),
        (celeb.note(videos, splits),),
        (LIST,),
    )


def _fakes(root: Path) -> tuple[list[File], list[str]]:
    """Return the fakes that are there, and problems."""
    path, names, problems = celeb.videos_in(root, FAKES)
    inside = path.relative_to(root).as_posix()
    found = []
    for name in names:
        match = FORM.fullmatch(Path(name).stem)
        if match is None:
            raise misnamed(path, name, "id0_id1_0000.mp4", celeb.REALS.values())
        target, donor, clip = match.groups()
        found.append(File(f"{FAKES}/{name}", f"{inside}/{name}", target, clip, donor, FAKES))
    return found, problems
