"""DFDM (Jia et al., ICIP 2022): five autoencoders' face swaps of Celeb-DF's clips.

It holds fakes only: the reals are those of a Celeb-DF, whose test list also splits the fakes.

    DFDM_crf0/...    DFDM_crf10/...    DFDM_crf23/.../id<a>_id<b>_<nnnn>_<model>.mp4
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog import celeb
from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import below, check_root
from deepfake_attribution.catalog.listing import Counts, Listing, Video, table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset, DatasetName
from deepfake_attribution.core.video import REAL, key

# As a name or a folder spells them: letters and digits in lower case, without digits in front.
MODELS = {
    "Faceswap": {"faceswap"},
    "Lightweight": {"lightweight"},
    "IAE": {"iae"},
    "Dfaker": {"dfaker"},
    "DFL-H128": {"dflh128", "dflh", "h128"},
}
NAME = re.compile(r"(id\d+)_(id\d+)_(\d+)_(.+)")
EACH = 430  # 2150 of each quality, from five models
NEEDED = ("test_real", "test_fake", "validation", "validation_seed")
CELEBS = ("celeb_df", "celeb_df_pp")


class Settings(Strict):
    """Attributes.

    root: folder that holds ``DFDM_crf0``, ``DFDM_crf10``, ``DFDM_crf23``, or one of them.
    quality: which of the three.
    models: which of the five; each is a class.
    splits_from: name of the Celeb-DF dataset whose clips the fakes were made from.
    tested: the fakes that are tested on: those of ``celeb_test`` clips, or ``all``.
    """

    adapter: Literal["dfdm"]
    root: str = Field(min_length=1)
    quality: Literal["crf0", "crf10", "crf23"]
    models: Annotated[
        list[str], Field(min_length=1), AfterValidator(among((*MODELS,), "DFDM's models"))
    ]
    splits_from: DatasetName
    tested: Literal["celeb_test", "all"]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the fakes of the models asked for, in the order of their paths.

    Raises:
        UserError: the root is not this dataset's, a name has another form or names no model, or
            ``splits_from`` cannot give the splits.
    """
    root = Path(settings.root)
    place = f"DFDM_{settings.quality}"
    check_root(name, root, [place], "DFDM")
    splits = _splits(name, settings.splits_from, datasets)
    videos = []
    for path in below(root / place):
        model = _model(root / place, path)
        if model not in settings.models:
            continue
        match = NAME.fullmatch(PurePosixPath(path).stem)
        if match is None:
            raise UserError(
                f"{root / place}: {path}: not a name of DFDM, such as id0_id1_0000_1faceswap.mp4: "
                "rename it, or move it out"
            )
        target, donor, clip, _ = match.groups()
        original = f"{celeb.CELEBRITIES}/{target}_{clip}"
        split = "test"
        if settings.tested == "celeb_test":
            split = splits.of(f"{original}{PurePosixPath(path).suffix}", target)
        # All tested: then nothing of this person may be trained on.
        kept_apart = "train" if settings.tested == "all" else split
        source = key(settings.splits_from, REAL, celeb.COMPRESSION, original)
        videos.append(
            Video(
                *(PurePosixPath(path).stem, f"{place}/{path}", f"DFDM-{model}", split),
                *(target, donor, source, splits.footage(kept_apart, target)),
            )
        )
    note = (
        f"the fakes are {settings.quality} of H.264, the reals of {settings.splits_from} as they "
        "were released: a detector can learn the difference of compression"
    )
    rows = table(name, settings.quality, videos)
    return Listing(rows, _expected(videos, settings), (), (note,))


def _model(place: Path, path: str) -> str:
    """Return the model that a name, or else one of its folders, names."""
    pure = PurePosixPath(path)
    for word in (pure.stem.rpartition("_")[2], *reversed(pure.parts[:-1])):
        plain = re.sub(r"[^a-z0-9]", "", word.lower()).lstrip("0123456789")
        for model, spellings in MODELS.items():
            if plain in spellings:
                return model
    raise UserError(
        f"{place}: {path}: names none of DFDM's models ({', '.join(MODELS)}): put the videos of "
        "each model into a folder of its name"
    )


def _splits(name: str, originals: str, datasets: Mapping[str, Dataset]) -> celeb.Splits:
    """Return the splits of the Celeb-DF that the fakes were made from."""
    where = f"datasets.{name}.splits_from"
    other = datasets.get(originals)
    if other is None or other.adapter not in CELEBS:
        found = f"is read by the adapter {other.adapter}" if other else "is none of the datasets"
        raise UserError(
            f"{where}: '{originals}' {found}: name a dataset of the adapter {' or '.join(CELEBS)}, "
            "whose clips the fakes were made from and whose test list splits them"
        )
    root, own = Path(other.root), other.model_extra or {}
    gone = [one for one in NEEDED if not isinstance(own.get(one), int | float)]
    if gone:
        raise UserError(f"datasets.{originals}: no number {', '.join(gone)}, which split {name}")
    check_root(originals, root, [*celeb.REALS], "Celeb-DF")
    counts = (own["test_real"], own["test_fake"])
    tested = celeb.read_list(originals, root / celeb.LIST, *counts, "Celeb-DF", either_label=True)
    reals, _ = celeb.reals(root)
    return celeb.splits_of(tested, reals, own["validation"], own["validation_seed"])


def _expected(videos: list[Video], settings: Settings) -> Counts:
    """Return the counts of the complete set; missing videos count as trained on, if any are."""
    found = Counter((video.split, video.attack) for video in videos)
    counts: Counts = {}
    for model in settings.models:
        attack = f"DFDM-{model}"
        if settings.tested == "all":
            counts[("test", attack)] = EACH
            continue
        val, test = found[("val", attack)], found[("test", attack)]
        counts |= {("val", attack): val, ("test", attack): test}
        counts[("train", attack)] = EACH - val - test
    return counts
