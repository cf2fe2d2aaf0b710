from typing import get_args

import numpy as np
import pytest

from deepfake_attribution.render.camera import FAMILIES, Camera, draw_camera, film
from deepfake_attribution.render.settings import RenderedDatabase

PLAIN = Camera(0.3, (1.0, 1.0, 1.0), 0.0, 3.0, 3.0, 0.45)


def grey(level=128, count=6):
    return [np.full((60, 80, 3), level, np.uint8)] * count


def test_settings_and_families_name_the_same_cameras():
    assert get_args(RenderedDatabase.model_fields["camera"].annotation) == tuple(FAMILIES)


def test_noise_has_the_size_asked_for_and_changes_from_frame_to_frame():
    frames = np.stack(film(grey(), PLAIN, np.random.default_rng(0))).astype(float)
    assert frames.mean() == pytest.approx(128, abs=0.5)
    assert frames.std() == pytest.approx(3.0, rel=0.1)
    assert np.diff(frames, axis=0).std() == pytest.approx(3 * np.sqrt(2), rel=0.15)


def test_noise_grows_from_dark_to_light():
    camera = Camera(0.3, (1.0, 1.0, 1.0), 0.0, 1.0, 5.0, 0.45)
    dark = np.stack(film(grey(40), camera, np.random.default_rng(0))).std()
    light = np.stack(film(grey(200), camera, np.random.default_rng(0))).std()
    assert dark == pytest.approx(1 + 4 * 40 / 255, rel=0.15)
    assert light == pytest.approx(1 + 4 * 200 / 255, rel=0.15)


def test_gains_and_vignette_are_factors():
    camera = Camera(0.3, (1.2, 1.0, 0.5), 0.4, 0.0, 0.0, 0.45)
    frame = film(grey(100), camera, np.random.default_rng(0))[0]
    np.testing.assert_allclose(frame[30, 40], [120, 100, 50], atol=1)
    np.testing.assert_allclose(frame[0, 0], np.array([120, 100, 50]) * 0.6, atol=1)


@pytest.mark.parametrize("family", FAMILIES)
def test_cameras_of_a_family_vary_and_repeat(family):
    one, again, other = (draw_camera(family, np.random.default_rng(n)) for n in (1, 1, 2))
    assert one == again != other
    low, high = FAMILIES[family].light_noise
    assert low <= one.light_noise <= high
