import io

import cv2
import numpy as np
import pytest
from PIL import Image

from deepfake_attribution.core import images

PICTURE = cv2.resize(np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8), (64, 48))


def by_pillow(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def test_png_keeps_every_bit_and_is_rgb() -> None:
    content = images.encode(PICTURE, "png", 95)
    np.testing.assert_array_equal(by_pillow(content), PICTURE)
    np.testing.assert_array_equal(images.decode(content), PICTURE)


def test_jpeg_has_full_colour_resolution_and_is_rgb() -> None:
    content = images.encode(PICTURE, "jpeg", 95)
    layers = Image.open(io.BytesIO(content)).layer  # (id, horizontal, vertical sampling, table)
    assert {layer[1:3] for layer in layers} == {(1, 1)}
    assert np.abs(by_pillow(content).astype(int) - PICTURE).mean() < 3
    assert np.abs(images.decode(content).astype(int) - by_pillow(content)).max() <= 2
    assert len(images.encode(PICTURE, "jpeg", 20)) < len(content)


def test_a_view_with_strides_is_encoded_as_it_looks() -> None:
    for view in (PICTURE[:, ::-1], PICTURE.transpose(1, 0, 2), PICTURE[10:30, 5:25]):
        np.testing.assert_array_equal(images.decode(images.encode(view, "png", 1)), view)
        copied = images.encode(np.ascontiguousarray(view), "jpeg", 90)
        assert images.encode(view, "jpeg", 90) == copied


def test_same_picture_gives_the_same_bytes() -> None:
    for kind in images.SUFFIX:
        assert images.encode(PICTURE, kind, 90) == images.encode(PICTURE.copy(), kind, 90)


@pytest.mark.parametrize("content", [b"x", b"no picture at all", b"\xff\xd8\xff\xe0 broken"])
def test_what_is_no_picture_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):
        images.decode(content)


def test_a_jpeg_that_breaks_off_is_a_value_error() -> None:
    content = images.encode(PICTURE, "jpeg", 95)
    with pytest.raises(ValueError):
        images.decode(content[: len(content) // 2])


def test_pictures_of_any_size_follow_each_other_in_one_room() -> None:
    room = images.Room()
    for picture in (PICTURE, PICTURE[:20, :30], np.ascontiguousarray(PICTURE.transpose(1, 0, 2))):
        for kind in images.SUFFIX:
            content = images.encode(picture, kind, 95)
            np.testing.assert_array_equal(images.decode(content, room), images.decode(content))


def test_room_is_used_again_and_a_picture_without_it_stays() -> None:
    room = images.Room()
    one, other = (images.encode(picture, "jpeg", 95) for picture in (PICTURE, PICTURE[::-1]))
    own = images.decode(one)
    first = images.decode(one, room)
    images.decode(other, room)
    np.testing.assert_array_equal(first, images.decode(other))
    assert not np.array_equal(own, first)


def test_damaged_jpeg_is_a_value_error_in_a_room_too() -> None:
    content = images.encode(PICTURE, "jpeg", 95)
    for broken in (content[: len(content) // 2], content[:10], b"\xff\xd8\xff\xe0 broken"):
        with pytest.raises(ValueError):
            images.decode(broken, images.Room())
