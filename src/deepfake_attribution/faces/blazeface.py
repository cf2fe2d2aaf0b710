"""BlazeFace, MediaPipe's face detector, with the official weights.

On a CPU ONNX Runtime runs its network, and nothing here imports torch; on a GPU PyTorch does.

Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from deepfake_attribution.faces import onnx_network, ssd, weights
from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.letterbox import Fit, letterbox
from deepfake_attribution.faces.tiling import LEVELS, windows

# Share of the input's side for a second look at faces too large for the model: the full-range one
# missed 6 of 384 sample frames, each nearly filled by its face, and found all 6 at half the size.
SMALLER = 0.5
# A second look searches about thirty pieces of one frame, each of which may give a false face. So
# its scores must lie at least this share of the way from the threshold to 1: 0.7 for 0.5.
# Chosen on 84 pieces of background: without it 20 of them gave a face, with it none.
STRICTER = 0.4


class Network(Protocol):
    """Either model's network.

    Attributes:
        batch: squares per pass.
    """

    batch: int

    def run(self, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what `BlazeFace.raw` does."""
        ...


class BlazeFace:
    """One of the two official models behind the `Detector` interface.

    Every pass of the network takes the same number of images, on a GPU the last one filled up with
    black: convolutions of other batch sizes may add in another order, and a frame's boxes would
    depend, in the last bit, on which frames it came with.

    Args:
        weights_folder: holds the official .tflite files and the ONNX files made from them.
        model: ``full_range`` (192 x 192 input) or ``short_range`` (128 x 128).
        threshold: faces with a lower score are left out.
        tiles: look at frames without a face again, at half the size and in overlapping tiles.
        nms_iou: faces that overlap by more than this are one.
        device: torch's name of the device.

    Raises:
        UserError: a file is missing, or not the official one or made from it.
    """

    def __init__(
        self,
        weights_folder: Path,
        model: str,
        threshold: float,
        *,
        tiles: bool = True,
        nms_iou: float = 0.3,
        device: str = "cpu",
    ) -> None:
        self.side = ssd.SIDES[model]
        self.threshold = threshold
        self.tiles = tiles
        self.nms_iou = nms_iou
        self._anchors = ssd.anchors(model)
        self._network = _network(weights_folder, model, device)

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        """Return the faces of each frame, the highest score first; see `Detector.detect`."""
        found = [ssd.suppress(faces, self.nms_iou) for faces in self._look(frames)]
        if self.tiles:
            self._look_again(frames, found)
        return found

    def raw(self, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Run the network alone.

        Args:
            squares: (B, side, side, 3) uint8 RGB.

        Returns:
            Box and landmark values (B, N, 16) and logits (B, N), float32, N anchors.
        """
        return self._network.run(squares)

    def _look_again(self, frames: Sequence[np.ndarray], found: list[list[Face]]) -> None:
        """Search the frames without a face at half the size, then in tiles, level by level.

        Frames that need the same search share its batches; faces are put into ``found``.
        """
        looks = [partial(self._look, share=SMALLER)]
        looks += [partial(self._look_in_tiles, level=level) for level in LEVELS]
        for look in looks:
            empty = [index for index, faces in enumerate(found) if not faces]
            seen = look([frames[index] for index in empty])
            for index, faces in zip(empty, seen, strict=True):
                found[index] = self._sure(faces)

    def _sure(self, faces: list[Face]) -> list[Face]:
        """Merge ``faces`` and keep those that are good enough for a second look."""
        needed = self.threshold + STRICTER * (1 - self.threshold)
        return [face for face in ssd.suppress(faces, self.nms_iou) if face.score >= needed]

    def _look_in_tiles(self, frames: Sequence[np.ndarray], level: float) -> list[list[Face]]:
        sizes = [frame.shape[:2] for frame in frames]
        tiles = [windows(height, width, level) for height, width in sizes]
        pieces = [tile.cut(frame) for frame, cut in zip(frames, tiles, strict=True) for tile in cut]
        seen = iter(self._look(pieces))
        found: list[list[Face]] = []
        for cut, (height, width) in zip(tiles, sizes, strict=True):
            shifted = [(tile, tile.shift(face)) for tile in cut for face in next(seen)]
            found.append([face for tile, face in shifted if not tile.cuts(face, height, width)])
        return found

    def _look(self, images: Sequence[np.ndarray], share: float = 1.0) -> list[list[Face]]:
        """Return every anchor's face of each image that reaches the threshold, unmerged."""
        found: list[list[Face]] = []
        squares = np.zeros((self._network.batch, self.side, self.side, 3), np.uint8)
        for start in range(0, len(images), self._network.batch):
            fits: list[Fit] = []
            squares[len(images) - start :] = 0  # clears the batch before from the last one
            for place, image in enumerate(images[start : start + self._network.batch]):
                squares[place], fit = letterbox(image, self.side, share)
                fits.append(fit)
            values, logits = self.raw(squares)
            # raw returns a row for every square; black ones at the end have no image
            for fit, value, logit in zip(fits, values, logits, strict=False):
                found.append(self._faces(value, logit, fit))
        return found

    def _faces(self, values: np.ndarray, logits: np.ndarray, fit: Fit) -> list[Face]:
        scores = ssd.probabilities(logits)  # (N,)
        kept = np.flatnonzero(scores >= self.threshold)
        boxes, landmarks = ssd.decode(values[kept], self._anchors[kept], self.side)
        boxes = fit.to_frame(boxes.reshape(-1, 2, 2)).reshape(-1, 4)
        landmarks = fit.to_frame(landmarks)
        return [
            Face(box.astype(np.float32), points.astype(np.float32), float(score))
            for box, points, score in zip(boxes, landmarks, scores[kept], strict=True)
            if fit.shows(box)
        ]


def _network(folder: Path, model: str, device: str) -> Network:
    if device == "cpu":
        return onnx_network.load(folder, model)
    from deepfake_attribution.faces.torch_network import TorchNetwork

    return TorchNetwork(weights.read(folder, model), device)
