"""DeeperForensics-1.0 (Jiang et al., CVPR 2020): fakes of FaceForensics++'s originals.

It holds fakes only: the reals are FaceForensics++'s originals (not ``source_videos``), and a fake
is in the split of its target. The official lists split by donor, which would put originals that
FaceForensics++ tests on into training.

    manipulated_videos/<type>/<target>_<actor>.mp4
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import absent, check_root, folder, strangers
from deepfake_attribution.catalog.listing import Listing, Video, missing, table
from deepfake_attribution.catalog.pairs import FAKE, Pairs, pairs_of, unused
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset, DatasetName
from deepfake_attribution.core.video import REAL, SPLITS, key

PLACE = "manipulated_videos"
TYPES = (
    *("end_to_end", "reenact_postprocess", "end_to_end_random_level"),
    *(f"end_to_end_level_{level}" for level in range(1, 6)),
    *(f"end_to_end_mix_{count}_distortions" for count in range(2, 5)),
)
NAME = re.compile(r"(\d{3})_([MW]\d+)")


class Settings(Strict):
    """Attributes.

    root: folder that holds ``manipulated_videos``.
    splits_from: name of the FaceForensics++ dataset whose originals the fakes were made from.
    compression: of the fakes: the originals' level.
    types: folders of ``manipulated_videos``; each is a separate class.
    """

    adapter: Literal["deeperforensics"]
    root: str = Field(min_length=1)
    splits_from: DatasetName
    compression: Literal["raw", "c0", "c23", "c40"]
    types: Annotated[
        list[str], Field(min_length=1), AfterValidator(among(TYPES, "DeeperForensics' types"))
    ]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the fakes of the types that are asked for, in the order of their names.

    Raises:
        UserError: the root is not this dataset's, a file's name has another form, or
            ``splits_from`` cannot give the lists.
    """
    root = Path(settings.root)
    check_root(name, root, [PLACE], "DeeperForensics-1.0")
    pairs, level = pairs_of(name, settings.splits_from, settings.compression, datasets)
    videos: list[Video] = []
    problems: list[str] = []
    for kind in settings.types:
        path = root / PLACE / kind
        if not path.is_dir():
            problems.append(absent(path, kind, "types"))
            continue
        found = folder(path)
        _check_names(found.videos, path)
        problems += strangers(found, path)
        targets = [file for file in found.videos if file[:3] in pairs.split]
        others = [f"{kind}/{file}" for file in found.videos if file[:3] not in pairs.split]
        problems += unused(others, pairs.folder)
        problems += missing(kind, sorted(pairs.split), [file[:3] for file in targets])
        original = {clip: key(settings.splits_from, REAL, level, clip) for clip in pairs.split}
        videos += [_video(file, kind, pairs, original[file[:3]]) for file in targets]
    expected = {
        (split, kind): len(pairs.clips(split)) for split in SPLITS for kind in settings.types
    }
    return Listing(table(name, level, videos), expected, (*problems,))


def _check_names(files: list[str], path: Path) -> None:
    strange = [file for file in files if not NAME.fullmatch(Path(file).stem)]
    if not strange:
        return
    if any(FAKE.fullmatch(Path(file).stem) for file in strange):
        raise UserError(
            f"{path}: {some(strange)}: names of FaceForensics++ or HifiFace, not of "
            "DeeperForensics (000_M101.mp4): were two folders swapped? Put each back into its own"
        )
    raise UserError(
        f"{path}: {some(strange)}: not a name of DeeperForensics, such as 000_M101.mp4: rename "
        "what belongs there and move the rest out of the folder"
    )


def _video(file: str, kind: str, pairs: Pairs, original: str) -> Video:
    stem = Path(file).stem
    target, actor = stem.split("_")
    return Video(
        *(stem, f"{PLACE}/{kind}/{file}", kind, pairs.split[target], target, actor),
        source=original,
        footage=pairs.footage(target),
    )
