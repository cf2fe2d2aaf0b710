"""The split lists of FaceForensics++, and names made from its clips."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepfake_attribution.catalog.compression import canonical
from deepfake_attribution.catalog.files import check_root
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import SPLITS

SEQUENCES = ("original_sequences", "manipulated_sequences")
PLACES = ("splits", "dataset/splits")
RELEASED = {"train": 360, "val": 70, "test": 70}
CLIP = re.compile(r"\d{3}")
FAKE = re.compile(r"(\d{3})_(\d{3})")


@dataclass(frozen=True)
class Pairs:
    """The three lists.

    Attributes:
        name: of the dataset that they belong to: clips are ``name/000``.
        split: of each clip.
        pairs: each clip and its partner, both ways round.
        folder: where the lists were read.
    """

    name: str
    split: Mapping[str, str]
    pairs: frozenset[tuple[str, str]]
    folder: Path

    def clips(self, split: str) -> list[str]:
        """Return the clips of a split, in order."""
        return sorted(clip for clip, own in self.split.items() if own == split)

    def footage(self, *clips: str) -> tuple[str, ...]:
        """Return the clips' names as every dataset made from them gives them."""
        return tuple(f"{self.name}/{clip}" for clip in clips)

    def files(self, root: Path) -> tuple[str, ...]:
        """Return the paths of the three lists, relative to ``root``."""
        place = self.folder.relative_to(root)
        return tuple((place / f"{split}.json").as_posix() for split in SPLITS)

    def remark(self) -> tuple[str, ...]:
        """Return a line where the lists are not as long as those that were released."""
        sizes = {split: len(self.clips(split)) // 2 for split in SPLITS}
        if sizes == RELEASED:
            return ()
        found, released = (
            " / ".join(str(counts[split]) for split in SPLITS) for counts in (sizes, RELEASED)
        )
        return (
            f"{self.folder}: the lists hold {found} pairs (train / val / test), the released ones "
            f"{released}: results do not follow the published protocol",
        )


def read_pairs(name: str, root: Path) -> Pairs:
    """Return the split lists of the FaceForensics++ at ``root``.

    Raises:
        UserError: they are missing or malformed, or a clip is in two pairs.
    """
    folder = next((root / place for place in PLACES if (root / place).is_dir()), None)
    if folder is None:
        raise UserError(
            f"datasets.{name}: FaceForensics++ without its split lists: put train.json, val.json "
            f"and test.json (dataset/splits of its repository) into {root / PLACES[0]}"
        )
    split_of: dict[str, str] = {}
    both: set[tuple[str, str]] = set()
    for split in SPLITS:
        path = folder / f"{split}.json"
        for a, b in _read(path):
            for clip in (a, b):
                if clip in split_of:
                    raise UserError(
                        f"{path}: clip {clip} is in two pairs ({split_of[clip]} and {split}): "
                        "get the released list again"
                    )
                split_of[clip] = split
            both |= {(a, b), (b, a)}
    found = Pairs(name, split_of, frozenset(both), folder)
    sizes = {split: len(found.clips(split)) // 2 for split in SPLITS}
    if sizes["test"] > sizes["train"]:
        raise UserError(
            f"{folder}: test.json holds {sizes['test']} pairs, train.json {sizes['train']}: were "
            "the two swapped? The released lists have 360 / 70 / 70 (train / val / test)"
        )
    return found


def _read(path: Path) -> list[tuple[str, str]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such file: FaceForensics++ has three split lists; get it from "
            "dataset/splits of its repository"
        ) from None
    except ValueError as error:
        raise UserError(f"{path}: not JSON ({error}): get the released list again") from None
    pairs = content if isinstance(content, list) else [content]
    for number, pair in enumerate(pairs, start=1):
        if not _is_pair(pair):
            raise UserError(
                f'{path}: entry {number} is {json.dumps(pair)}, not a pair such as ["000", "003"]: '
                "get the released list again"
            )
    if not pairs:
        raise UserError(f"{path}: the list is empty: get the released list again")
    return [(pair[0], pair[1]) for pair in pairs]


def _is_pair(value: Any) -> bool:
    is_two = isinstance(value, list) and len(value) == 2
    return is_two and all(isinstance(clip, str) and CLIP.fullmatch(clip) for clip in value)


def pairs_of(
    name: str, originals: str, compression: str, datasets: Mapping[str, Dataset]
) -> tuple[Pairs, str]:
    """Return the lists, and the compression, of the FaceForensics++ that a dataset is made from.

    Args:
        name: of the dataset of fakes.
        originals: name of the FaceForensics++ dataset, its ``splits_from``.
        compression: of the fakes.
        datasets: all of params.yaml.

    Raises:
        UserError: it is not one, its lists cannot be read, or its compression is another.
    """
    where = f"datasets.{name}.splits_from"
    other = datasets.get(originals)
    if other is None:
        raise UserError(
            f"{where}: '{originals}' is none of the datasets: {', '.join(datasets)}; {name} needs "
            "the split lists and the reals of a FaceForensics++"
        )
    if other.adapter != "faceforensics":
        raise UserError(
            f"{where}: '{originals}' is read by the adapter {other.adapter}: name a dataset of the "
            "adapter faceforensics, whose split lists assign each fake to a split"
        )
    level = canonical(str((other.model_extra or {}).get("compression", "")))
    if canonical(compression) != level:
        raise UserError(
            f"datasets.{name}.compression is {compression}, but {originals}, whose reals it is "
            f"tested with, is {level}: a detector would learn the compression: use one level"
        )
    check_root(originals, Path(other.root), SEQUENCES, "FaceForensics++")
    return read_pairs(originals, Path(other.root)), level


def unused(names: Sequence[str], lists: Path) -> tuple[str, ...]:
    """Return a line about files that are in no pair."""
    if not names:
        return ()
    return (f"{len(names)} files are in no split ({lists}) and are not used: {some(names)}",)
