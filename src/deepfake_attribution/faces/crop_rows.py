"""The rows of the crops' index, and the crop that belongs to one."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from deepfake_attribution.core import images
from deepfake_attribution.core.quarter_turns import turned
from deepfake_attribution.faces import cropping, tracking
from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.workers.blocks import Row

SCHEMA = pa.schema(
    [
        ("video", pa.string()),
        ("slot", pa.int32()),
        ("frame", pa.int64()),
        ("time_s", pa.float64()),
        ("status", pa.string()),  # ok, no_face, or what the frame's own status was
        ("reason", pa.string()),
        ("person", pa.int32()),  # 0: the subject, in each frame asked for; 1 and on: where seen
        ("box", pa.list_(pa.float32())),  # x0, y0, x1, y1 in pixels of the frame
        ("landmarks", pa.list_(pa.float32())),  # x, y of six points, in BlazeFace's order
        ("region", pa.list_(pa.int32())),  # left, top, side of what was cut out of the frame
        ("score", pa.float32()),
        ("faces", pa.int32()),  # how many were seen
        ("rule", pa.string()),  # why this face was taken, or none
        # degrees that the crop was turned by, counter-clockwise, so that its face is upright; box,
        # landmarks and region are in the frame as it is
        ("turn", pa.int32()),
    ]
)

Asked = dict[str, Any]  # a row of the frames' index


def crop_row(
    row: Asked,
    picture: np.ndarray | None,
    person: int,
    choice: tracking.Choice,
    settings: Crop,
    turns: int,
) -> Row:
    """Return the row of a person in a frame, with the crop where the face was found.

    Args:
        row: of the frames' index.
        picture: (H, W, 3) uint8, the frame; None if no face in it was taken.
        person: number of the person, from 0.
        choice: the face of this person.
        settings: the section ``crop``.
        turns: quarters that the crop is turned by.
    """
    values = unseen(row) | {"person": person, "faces": choice.faces, "rule": choice.rule}
    if choice.face is None or picture is None:
        return Row(values | {"status": "no_face", "reason": _why(choice)})
    values |= _described(choice.face) | {"turn": 90 * turns}
    values["region"] = list(cropping.region(choice.face.box, settings.margin))
    cut = cropping.crop(picture, choice.face.box, settings.margin, settings.size)
    content = images.encode(turned(cut, turns), settings.format, settings.quality)
    frame = Path(row["member"])
    own = f"-p{person}" if person else ""
    name = f"{frame.stem}{own}.{images.SUFFIX[settings.format]}"
    return Row(values, str(frame.with_name(name)), content)


def unseen(row: Asked) -> dict[str, Any]:
    """Return the values of person 0 in a frame that was not searched."""
    values = {name: row[name] for name in SCHEMA.names[:6]}
    return values | dict.fromkeys(SCHEMA.names[6:]) | {"person": 0}


def _described(face: Face) -> dict[str, Any]:
    return {
        "box": face.box.tolist(),
        "landmarks": face.landmarks.ravel().tolist(),
        "score": face.score,
    }


def _why(choice: tracking.Choice) -> str:
    if choice.faces == 0:
        return "no face was found"
    return f"none of the {choice.faces} faces found is the one followed ({choice.rule})"
