"""One picture to bytes and back."""

import cv2
import numpy as np
import simplejpeg

SUFFIX = {"jpeg": "jpg", "png": "png"}


def encode(image: np.ndarray, kind: str, quality: int) -> bytes:
    """Return ``image`` ((H, W, 3) uint8 RGB) as JPEG 4:4:4 of ``quality``, or as PNG."""
    if kind == "jpeg":
        contiguous = np.ascontiguousarray(image)
        return simplejpeg.encode_jpeg(contiguous, quality=quality, colorsubsampling="444")
    done, content = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    assert done
    return content.tobytes()


def decode(content: bytes) -> np.ndarray:
    """Return the picture in ``content`` as (H, W, 3) uint8 RGB.

    Raises:
        ValueError: it is no picture, or a damaged one.
    """
    if simplejpeg.is_jpeg(content):
        return simplejpeg.decode_jpeg(content, colorspace="RGB")
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("neither JPEG nor PNG")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
