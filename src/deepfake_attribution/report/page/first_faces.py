"""A face of each class for the first screen: the test crops that the sheet of faces begins with."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from deepfake_attribution.core import images, paths
from deepfake_attribution.core.durable import write as write_file
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_crop, scaled
from deepfake_attribution.figures import people
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.report.page import map_symbols

SIDE = 160  # pixels; shown smaller, so that they are sharp on fine screens
QUALITY = 80


@dataclass(frozen=True)
class Face:
    """A class with one of its crops.

    Attributes:
        name: of the class.
        trained: whether it was trained on.
        dataset: which the crop is of.
        file: relative to the page.
        colour: of the class in every picture.
        outline: its marker, see `map_symbols.outline`.
    """

    name: str
    trained: bool
    dataset: str
    file: str
    colour: str
    outline: str


def write(datasets: Sequence[str], classes: Classes, page: Path) -> list[Face]:
    """Write a crop of each class that has test crops, as JPEG below the page's folder.

    Args:
        datasets: names; the crop of a class is of the first one that has the class.
        classes: in the order of the page.
        page: the folder of the page's files; the page itself is next to it.

    Raises:
        UserError: a crop is not where its index says.
    """
    found: dict[str, tuple[str, pd.Series]] = {}
    for dataset in datasets:
        block = people.choose(dataset, classes.names(), columns=1)
        for row in block.rows if block else ():
            crop = next((each for each in row.crops if each is not None), None)
            if crop is not None:
                found.setdefault(row.attack, (dataset, crop))
    faces = []
    for number, name in enumerate(one for one in classes.names() if one in found):
        dataset, crop = found[name]
        file = page / "faces" / f"{number}.jpg"
        write_file(_picture(dataset, crop), file)
        faces.append(
            Face(
                name,
                name in classes.trained,
                dataset,
                f"{page.name}/faces/{file.name}",
                classes.colour(name),
                map_symbols.outline(classes.marker(name)),
            )
        )
    return faces


def _picture(dataset: str, crop: pd.Series) -> bytes:
    with closing(ShardReader(paths.faces(dataset))) as reader:
        where = crop["shard"], int(crop["offset"]), int(crop["length"])
        image = scaled(read_crop(reader, *where, crop["hash"]), SIDE)
    return images.encode(image, "jpeg", QUALITY)
