import numpy as np

from deepfake_attribution.evidence_maps.masks import mask


def test_mask_is_the_changed_area() -> None:
    real = np.full((160, 160, 3), 100, np.uint8)
    fake = real.copy()
    fake[40:80, 60:100, 1] = 140
    found = mask(fake, real)
    assert found[45:75, 65:95].all() and found.dtype == bool
    found[34:86, 54:106] = False
    assert not found.any()


def test_what_nobody_sees_is_not_in_the_mask() -> None:
    real = np.full((160, 160, 3), 100, np.uint8)
    assert not mask(real + np.uint8(4), real).any()
    assert mask(real + np.uint8(5), real).all()


def test_speckles_near_each_other_are_one_area() -> None:
    real = np.full((160, 160, 3), 100, np.uint8)
    fake = real.copy()
    fake[40:80:2, 60:100:2] = 140
    assert mask(fake, real)[45:75, 65:95].all()
