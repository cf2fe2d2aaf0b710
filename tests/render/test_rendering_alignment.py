import cv2
import numpy as np
import pytest

from deepfake_attribution.render.attacks import latent
from deepfake_attribution.render.attacks.alignment import (
    TEMPLATE,
    DonorFaces,
    Faces,
    affine,
    similarity,
    smooth_points,
)
from deepfake_attribution.render.attacks.colour import Colours, transfer
from deepfake_attribution.render.attacks.masks import ellipse
from deepfake_attribution.render.footage import Footage

POINTS = np.array([[10.0, 20.0], [50.0, 22.0], [31.0, 40.0], [30.0, 60.0]])


def test_similarity_recovers_a_known_one():
    angle, scale = 0.3, 1.7
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = similarity(POINTS, POINTS @ turn.T + [3, -4])
    np.testing.assert_allclose(matrix, np.column_stack([turn, [3, -4]]), atol=1e-9)


def test_similarity_agrees_with_opencv_on_noisy_points():
    noisy = POINTS * 1.2 + np.random.default_rng(0).normal(0, 0.5, POINTS.shape)
    expected, _ = cv2.estimateAffinePartial2D(POINTS, noisy, ransacReprojThreshold=1000)
    np.testing.assert_allclose(similarity(POINTS, noisy), expected, atol=1e-3)


def test_affine_recovers_a_known_one():
    matrix = np.array([[1.1, 0.2, 3.0], [-0.1, 0.9, -2.0]])
    target = POINTS @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(affine(POINTS, target), matrix, atol=1e-9)


def test_landmarks_lie_near_the_template_in_the_crop(pair):
    faces = Faces(pair.target)
    for t in faces.known:
        apart = faces.points_in_crop(int(t))[:4] / faces.side - TEMPLATE
        assert np.abs(apart).max() < 0.08


def test_pasting_an_unchanged_crop_changes_little_and_nothing_outside_the_mask(pair):
    faces = Faces(pair.target)
    mask = ellipse(faces.side, 0.3)
    back = faces.paste(4, faces.crop(4), mask)
    apart = np.abs(back.astype(int) - pair.target.frames[4])
    assert apart.mean() < 1
    nothing = faces.paste(4, np.zeros_like(faces.crop(4)), np.zeros_like(mask))
    np.testing.assert_array_equal(nothing, pair.target.frames[4])


def test_smoothing_keeps_a_still_face_and_bridges_no_gap():
    landmarks = np.ones((7, 6, 2), np.float32)
    landmarks[3] = np.nan
    footage = Footage([np.zeros((8, 8, 3), np.uint8)] * 7, landmarks, np.ones((7, 4), np.float32))
    points = smooth_points(footage)
    assert np.isnan(points[3]).all()
    np.testing.assert_allclose(np.delete(points, 3, axis=0), 1)


def test_donor_runs_to_and_fro(pair):
    donors = DonorFaces(pair.donor, 64)
    order = [donors.at(t) for t in range(20)]
    assert order == [*range(10), *range(8, -1, -1), 1]


def test_colour_transfer_reaches_mean_and_spread():
    pixels = np.random.default_rng(0).normal(90, 20, (64, 64, 3)).astype(np.float32)
    aim = Colours(np.array([120.0, 80, 60]), np.array([15.0, 25, 30]))
    own = Colours(pixels.mean(axis=(0, 1)), pixels.std(axis=(0, 1)))
    moved = transfer(pixels, own, aim, 1.0)
    np.testing.assert_allclose(moved.mean(axis=(0, 1)), aim.mean, rtol=1e-3)
    np.testing.assert_allclose(moved.std(axis=(0, 1)), aim.spread, rtol=1e-3)
    np.testing.assert_allclose(transfer(pixels, own, aim, 0.0), pixels, atol=1e-3)


@pytest.mark.parametrize("start", [0, 4])
def test_latent_code_with_all_waves_kept_is_the_identity(start):
    crop = np.random.default_rng(1).uniform(0, 255, (50, 50, 3)).astype(np.float32)
    basis = latent.cosines()
    np.testing.assert_allclose(basis @ basis.T, np.eye(8), atol=1e-6)
    same = latent.recoded(crop, basis, np.ones((8, 8)), start)
    np.testing.assert_allclose(same, crop, atol=1e-2)
