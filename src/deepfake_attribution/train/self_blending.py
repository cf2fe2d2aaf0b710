"""Self-blended images: a real face pasted onto itself, slightly changed.

Shiohara and Yamasaki, "Detecting Deepfakes with Self-Blended Images" (CVPR 2022, arXiv
2204.08376), section 3: of one real image two views are made; one is changed in colour or
sharpness (3.1, source-target generator) and moved a little, and is blended into the other through
a mask of the face that is deformed and softened (3.2, mask generator). What remains is what
all face swaps share, a border between two statistics, without the traces of any single method.

Here the face's outline comes from the six points of the detector instead of 81 landmarks.
"""

import cv2
import numpy as np

SELF_BLENDED = "self_blended"  # name of the class
MOVE, GROW = 0.03, 0.05  # of the view that is pasted, as shares of the side
RATIOS = (0.25, 0.5, 0.75, 1.0, 1.0, 1.0)  # of blending; the paper's (3.2)
BEND = 0.04  # how far the outline is bent, as a share of the side
GRID = 4  # points per side of the field that bends it
SOFT = (0.01, 0.06)  # standard deviation of the mask's border, as shares of the side
# The outline, in units of the way from the mouth to the eyes: above the eyes and below the mouth,
# and to the sides, beyond the ears.
FOREHEAD, CHIN, CHEEK = 0.75, 0.65, 0.1
EYES, NOSE, MOUTH, EARS = (0, 1), 2, 3, (4, 5)  # of the detector's points


def self_blend(image: np.ndarray, points: np.ndarray, seed: int) -> np.ndarray:
    """Return ``image`` with its face blended with itself.

    Args:
        image: (S, S, 3) uint8 RGB, of a real face.
        points: (6, 2) float: the detector's points, as shares of the side.
        seed: of everything that is drawn.

    Returns:
        (S, S, 3) uint8 RGB.
    """
    random = np.random.default_rng(seed)
    changed = _changed(image, random)
    source, target = (changed, image) if random.random() < 0.5 else (image, changed)
    mask = _softened(_bent(outline(points, len(image)), random), random)
    moved = _matrix(len(image), random)
    source, mask = (_warped(one, moved) for one in (source, mask))
    mask = (mask * random.choice(RATIOS))[..., None]
    blended = mask * source.astype(np.float32) + (1 - mask) * target.astype(np.float32)
    return np.rint(blended).astype(np.uint8)


def outline(points: np.ndarray, side: int) -> np.ndarray:
    """Return the face's mask, (side, side) float32, 1 inside the hull of its outline.

    The detector has no points for forehead and chin: they are taken on the axis from the mouth
    through the middle of the eyes.
    """
    places = np.asarray(points, dtype=np.float64) * side
    eyes, mouth = places[list(EYES)].mean(axis=0), places[MOUTH]
    up = eyes - mouth
    across = np.array([-up[1], up[0]])
    middle = (eyes + mouth) / 2
    aside = np.abs((places - middle) @ across) / max(float(across @ across), 1e-9)
    # MTCNN gives no ears: a face reaches about as far beyond an eye as the eye is from its middle.
    outer = [*aside[list(EARS)], *2 * aside[list(EYES)]]
    reach = float(np.nanmax(outer)) + CHEEK
    top, bottom = eyes + FOREHEAD * up, mouth - CHIN * up
    half_height = (top - bottom) / 2
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    ring = (top + bottom) / 2 + np.outer(np.cos(angles), half_height)
    ring = ring + np.outer(np.sin(angles), reach * across)
    mask = np.zeros((side, side), np.float32)
    cv2.fillConvexPoly(mask, np.rint(ring).astype(np.int32), 1.0)
    return mask


def _changed(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a view in other colours, and either softer or sharper."""
    view = image.astype(np.float32) + random.uniform(-20, 20, 3).astype(np.float32)
    view = (view - 127.5) * np.float32(random.uniform(0.9, 1.1)) + 127.5
    view = view + np.float32(random.uniform(-12, 12))
    hsv = cv2.cvtColor(np.clip(view, 0, 255).astype(np.uint8), cv2.COLOR_RGB2HSV)
    saturation = hsv[..., 1].astype(np.float32) * np.float32(random.uniform(0.7, 1.3))
    hsv[..., 1] = np.clip(saturation, 0, 255).astype(np.uint8)
    coloured = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    side = len(image)
    if random.random() < 0.5:
        smaller = max(round(side / random.uniform(1.5, 4)), 1)
        shrunk = cv2.resize(coloured, (smaller, smaller), interpolation=cv2.INTER_AREA)
        return cv2.resize(shrunk, (side, side), interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(coloured, (0, 0), side / 200)
    return cv2.addWeighted(coloured, 1.5, soft, -0.5, 0)


def _bent(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return ``mask`` distorted by a smooth field."""
    side = len(mask)
    field = random.uniform(-BEND, BEND, (GRID, GRID, 2)).astype(np.float32) * side
    shifts = cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    return cv2.remap(mask, columns + shifts[..., 0], rows + shifts[..., 1], cv2.INTER_LINEAR)


def _softened(mask: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return ``mask`` with a soft border, a little inside or outside of where it was (3.2)."""
    first, second = random.uniform(*SOFT, 2) * len(mask)
    soft = cv2.GaussianBlur(mask, (0, 0), first)
    edge = np.float32(random.uniform(0.2, 0.8))  # where the border lies between the two blurs
    return cv2.GaussianBlur((soft > edge).astype(np.float32), (0, 0), second)


def _matrix(side: int, random: np.random.Generator) -> np.ndarray:
    """Return the (2, 3) matrix that moves the pasted view."""
    grown = 1 + random.uniform(-GROW, GROW)
    away = random.uniform(-MOVE, MOVE, 2) * side + (1 - grown) * side / 2
    return np.array([[grown, 0, away[0]], [0, grown, away[1]]])


def _warped(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    size = (image.shape[1], image.shape[0])
    border = cv2.BORDER_REPLICATE
    return cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
