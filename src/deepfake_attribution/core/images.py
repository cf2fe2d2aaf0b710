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


class Room:
    """Memory reused for one picture after another: allocating it anew adds 8 % to decoding."""

    def __init__(self) -> None:
        self._memory = np.empty(0, np.uint8)

    def of(self, size: int) -> np.ndarray:
        """Return at least ``size`` bytes: the previous ones if they are enough."""
        if len(self._memory) < size:
            self._memory = np.empty(size, np.uint8)
        return self._memory


def decode(content: bytes, room: Room | None = None) -> np.ndarray:
    """Return the picture in ``content`` as (H, W, 3) uint8 RGB.

    Args:
        content: JPEG or PNG.
        room: memory that the picture uses until the next one is decoded there; None: new memory.

    Raises:
        ValueError: it is not a picture, or is damaged.
    """
    if simplejpeg.is_jpeg(content):
        if room is None:
            return simplejpeg.decode_jpeg(content, colorspace="RGB")
        height, width, *_ = simplejpeg.decode_jpeg_header(content)
        memory = room.of(height * width * 3)
        return simplejpeg.decode_jpeg(content, colorspace="RGB", buffer=memory)
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("neither JPEG nor PNG")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
