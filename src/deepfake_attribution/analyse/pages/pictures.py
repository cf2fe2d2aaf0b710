"""Face crops as small pictures for a page."""

import base64

from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.core.stored_pictures import scaled

SIDE = 144  # pixels: twice as many as a page shows points, for sharp screens
THUMB = 96
QUALITY = 82


def small(crop: bytes, side: int = SIDE) -> bytes:
    """Return a face crop (JPEG or PNG, square) as a JPEG of at most ``side`` pixels."""
    image = images.decode(crop)
    return images.encode(scaled(image, min(side, image.shape[0])), "jpeg", QUALITY)


def address(picture: bytes) -> str:
    """Return a JPEG as an address that holds it."""
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode('ascii')}"


def face(result: VideoResult) -> bytes | None:
    """Return a small picture of the person that the verdict rests on, of the middle frame."""
    crops = [one.crop for one in result.frames if one.crop and one.person == result.video.person]
    return small(crops[len(crops) // 2], THUMB) if crops else None
