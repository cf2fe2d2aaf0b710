"""A dataset as the steps up to crop leave it, and a head without a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.shards import ShardWriter
from deepfake_attribution.evidence_maps.approaches import OfHead
from deepfake_attribution.faces import cropping
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.frames.video import take
from deepfake_attribution.render.encode import write_video
from deepfake_attribution.robustness.copies import Stored
from deepfake_attribution.robustness.samples import Sample, choose, read, with_crop
from video_files import pictures

NAME = "one"
BOX = [14.0, 9.0, 40.0, 37.5]


@dataclass(frozen=True)
class Means:
    """Two approaches on one head: the mean of a crop's red, and of its blue, in [0, 1]."""

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return images[:, [0, 2]].mean(axis=(2, 3)).T / 255


def stored() -> Stored:
    """How pictures are stored."""
    crop = {"subject": "track", "turned": False, "margin": 0.3, "size": 32}
    return Stored(Crop.model_validate(crop | {"format": "jpeg", "quality": 95}), "jpeg", 95)


def head() -> OfHead:
    """Return a head with two approaches that needs no file."""
    return OfHead(["Red", "Blue"], 24, Means())  # type: ignore[arg-type]


def write_dataset(videos: int, attacks: Sequence[str] = ("real", "swap")) -> None:
    """Write ``videos`` videos of each attack, 3 frames of each, into the current folder."""
    how, rows, framed, cropped = stored(), [], [], []
    with ShardWriter(paths.frames(NAME)) as frames, ShardWriter(paths.faces(NAME)) as faces:
        for number in range(videos):
            for attack in attacks:
                key, name = f"{NAME}/{attack}/-/{number}", f"{attack}-{number}.mp4"
                seed = 10 * number + attacks.index(attack)
                write_video(pictures(7, 48, 64, seed), Path("videos") / name, 25, 20)
                rows.append(
                    {"video": key, "dataset": NAME, "path": name, "attack": attack}
                    | {"split": "test", "identity": f"{number}", "donor": "", "compression": ""}
                    | {"source": "" if attack == "real" else f"{NAME}/real/-/{number}"}
                )
                for one in take(Path("videos") / name, 3):
                    about = {"video": key, "slot": one.slot, "frame": one.frame, "status": "ok"}
                    member = f"{key.replace('/', '-')}-{one.slot}.jpg"
                    content = images.encode(one.image, how.format, how.quality)
                    framed.append(about | vars(frames.add(member, content)))
                    frame = images.decode(content)
                    cut = cropping.crop(frame, np.array(BOX), how.crop.margin, how.crop.size)
                    content = images.encode(cut, how.crop.format, how.crop.quality)
                    face = {"person": 0, "box": BOX, "turn": 0}
                    cropped.append(about | face | vars(faces.add(member, content)))
    tables.write(pd.DataFrame(rows).assign(footage=""), paths.catalog(NAME))
    tables.write(pd.DataFrame(framed), paths.index(paths.frames(NAME)))
    tables.write(pd.DataFrame(cropped), paths.index(paths.faces(NAME)))


def samples_of(tested: pd.DataFrame) -> list[Sample]:
    """Return all videos as samples."""
    chosen = choose(tested, with_crop([NAME]), 99, 1)
    return read(chosen, {NAME: Path("videos")})
