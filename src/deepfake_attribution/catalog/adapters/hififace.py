"""HifiFace's extension of FaceForensics++: 1000 fakes named like its pairs, at any depth.

There is no official tree. It holds fakes only: splits and reals are FaceForensics++'s.

    **/<target>_<source>.mp4
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog.files import below, check_root
from deepfake_attribution.catalog.listing import Listing, Video, missing, table
from deepfake_attribution.catalog.pairs import FAKE, SEQUENCES, pairs_of, unused
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset, DatasetName
from deepfake_attribution.core.video import REAL, SPLITS, key

ATTACK = "HifiFace"


class Settings(Strict):
    """Attributes.

    root: folder that holds the fakes, at any depth.
    splits_from: name of the FaceForensics++ dataset whose pairs they are.
    compression: of the fakes: the originals' level.
    """

    adapter: Literal["hififace"]
    root: str = Field(min_length=1)
    splits_from: DatasetName
    compression: Literal["raw", "c0", "c23", "c40"]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the fakes that are named after a pair, in the order of their names.

    Raises:
        UserError: there is no such folder, no file is named after a pair, a name is there twice,
            or ``splits_from`` cannot give the lists.
    """
    root = Path(settings.root)
    check_root(name, root, [], "HifiFace")
    pairs, level = pairs_of(name, settings.splits_from, settings.compression, datasets)
    paths: dict[str, str] = {}
    strange = []
    for path in below(root):
        if SEQUENCES[1] in (root / path).parts:
            raise UserError(
                f"datasets.{name}.root: {root}: {path} is one of FaceForensics++'s own fakes: set "
                "it to the folder that holds HifiFace alone"
            )
        stem = PurePosixPath(path).stem
        match = FAKE.fullmatch(stem)
        if not match or match.groups() not in pairs.pairs:
            strange.append(path)
            continue
        if stem in paths:
            raise UserError(
                f"{root}: {stem} is there twice, as {paths[stem]} and {path}: set "
                f"datasets.{name}.root to the folder that holds HifiFace alone, at one level"
            )
        paths[stem] = path
    if not paths:
        content = some(strange) if strange else "no video file"
        raise UserError(
            f"datasets.{name}.root: {root}: no video there is named after a pair of "
            f"{settings.splits_from}, such as 000_003.mp4 (it holds {content}): set it to where "
            "HifiFace lies"
        )
    videos = [
        Video(
            *(stem, path, ATTACK, pairs.split[stem[:3]], stem[:3], stem[4:]),
            source=key(settings.splits_from, REAL, level, stem[:3]),
            footage=pairs.footage(stem[:3], stem[4:]),
        )
        for stem, path in sorted(paths.items())
    ]
    expected = {(split, ATTACK): len(pairs.clips(split)) for split in SPLITS}
    wanted = sorted(f"{a}_{b}" for a, b in pairs.pairs)
    problems = (*unused(strange, pairs.folder), *missing(ATTACK, wanted, list(paths)))
    return Listing(table(name, level, videos), expected, problems)
