"""From BlazeFace's raw outputs to faces: anchors, decoding, weighted suppression.

The same steps, in the same order and with the same constants, as MediaPipe's calculators
``SsdAnchorsCalculator``, ``TensorsToDetectionsCalculator`` and ``NonMaxSuppressionCalculator``
with the settings of its two face detection graphs.
"""

import numpy as np

from deepfake_attribution.faces.face import LANDMARKS, Face, overlap

SIDES = {"short_range": 128, "full_range": 192}  # of the input, pixels
SCORE_CLIP = 100.0  # logits beyond are cut off, so that the exponential stays finite

# (cells per side, anchors per cell) of each feature map, in the order of the outputs. The
# short-range model has strides 8, 16, 16, 16 on 128 pixels with two anchors each; maps of one
# stride are laid out as one. Sizes of anchors are not used: both models were trained with 1.
LAYERS = {
    "short_range": ((16, 2), (8, 6)),
    "full_range": ((48, 1),),
}


def anchors(model: str) -> np.ndarray:
    """Return the anchors' centres, x and y as shares of the input's side: (N, 2) float64.

    Row by row, then column by column, then the anchors of one cell.
    """
    layers = []
    for cells, count in LAYERS[model]:
        middles = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middles, middles, indexing="ij")
        layers.append(np.stack([x, y], axis=-1).reshape(-1, 2).repeat(count, axis=0))
    return np.concatenate(layers)


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Return the scores in [0, 1] of ``logits``, of any shape, clipped at ±`SCORE_CLIP`."""
    clipped = np.clip(logits.astype(np.float64), -SCORE_CLIP, SCORE_CLIP)
    return 1 / (1 + np.exp(-clipped))


def decode(raw: np.ndarray, centres: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the boxes (N, 4) and landmarks (N, 6, 2) of raw outputs, as shares of the side.

    Args:
        raw: (N, 16): centre x, centre y, width, height, then x, y of six landmarks, all in
            pixels of the input and, except for sizes, relative to the anchor.
        centres: (N, 2), the rows of `anchors` that belong to ``raw``.
        side: of the network's input, in pixels.
    """
    values = raw.astype(np.float64) / side
    middle = values[:, :2] + centres
    half = values[:, 2:4] / 2
    boxes = np.concatenate([middle - half, middle + half], axis=1)
    landmarks = values[:, 4 : 4 + 2 * LANDMARKS].reshape(-1, LANDMARKS, 2) + centres[:, None]
    return boxes, landmarks


def suppress(faces: list[Face], iou: float) -> list[Face]:
    """Merge faces that overlap by more than ``iou``: weighted non-maximum suppression.

    The best face takes all that overlap it; box and landmarks become the mean of the group,
    weighted by the scores, and the score stays the best one's. This goes on with the faces left.

    Returns:
        The merged faces, the highest score first.
    """
    left = sorted(faces, key=lambda face: -face.score)  # stable: ties keep their order
    merged = []
    while left:
        near = overlap(left[0].box, np.stack([face.box for face in left])) > iou
        near[0] = True  # also where its box is empty
        group = [face for face, taken in zip(left, near, strict=True) if taken]
        left = [face for face, taken in zip(left, near, strict=True) if not taken]
        merged.append(_mean(group))
    return merged


def _mean(group: list[Face]) -> Face:
    weights = np.array([face.score for face in group])
    weights = weights / weights.sum()
    box = np.tensordot(weights, np.stack([face.box for face in group]), axes=1)
    landmarks = np.tensordot(weights, np.stack([face.landmarks for face in group]), axes=1)
    return Face(box.astype(np.float32), landmarks.astype(np.float32), group[0].score)
