"""Face crops as small pictures for a page."""

import base64
from collections.abc import Callable

from deepfake_attribution.analyse.results import Frame, VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.core.stored_pictures import scaled

SIDE = 144  # pixels: twice as many as a page shows points, for sharp screens
THUMB = 96
QUALITY = 82

Picture = Callable[[Frame], str]  # the address of a frame's face; empty: it is not shown


def small(crop: bytes, side: int = SIDE) -> bytes:
    """Return a face crop (JPEG or PNG, square) as a JPEG of at most ``side`` pixels."""
    image = images.decode(crop)
    return images.encode(scaled(image, min(side, image.shape[0])), "jpeg", QUALITY)


def inside(frame: Frame) -> str:
    """Return an address that holds the small picture itself; empty without a face."""
    if not frame.crop:
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(small(frame.crop)).decode('ascii')}"


def hidden(_: Frame) -> str:
    """Return no address, where no faces are shown."""
    return ""


def face(result: VideoResult) -> bytes | None:
    """Return a small picture of the person that the verdict rests on, of the middle frame."""
    crops = [one.crop for one in result.frames if one.crop and one.person == result.video.person]
    return small(crops[len(crops) // 2], THUMB) if crops else None
