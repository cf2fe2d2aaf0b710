"""Finding faces on one core: ours, facenet-pytorch's MTCNN, BlazeFace's official runtime.

    python benchmarks/detect.py [--sample ../shared/sample] [--frames 60] [--rounds 5]

All three look at the same 1280 x 720 frames, spread over the sample's landscape videos (cut to 16:9
and scaled where they have another size), or drawn ones where there is no sample.
Ours is what the stage `crop` uses on a CPU: ONNX Runtime, with the second look.
The official runtime gets the same tflite file, letterbox, decoding and suppression as ours, one
frame at a time, for its model takes no more; it looks once. MTCNN is given 4 frames at a time.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import torch

import measure
from deepfake_attribution.core import kept_memory
from deepfake_attribution.faces import detector_files, ssd, weights
from deepfake_attribution.faces.blazeface import BlazeFace
from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.face_crops import KEPT
from deepfake_attribution.faces.letterbox import letterbox
from deepfake_attribution.faces.mtcnn import Mtcnn

MODEL = "full_range"
THRESHOLD, NMS_IOU = 0.5, 0.3  # as in params.yaml
MTCNN_THRESHOLD = 0.7  # of its last network: the package's own
MTCNN_BATCH = 4
SIZE = (1280, 720)
STEP, MOST = 24, 10  # of a video's frames: every so manieth, at most so many
Detect = Callable[[Sequence[np.ndarray]], list[list[Face]]]


class Official:
    """The official runtime on one thread."""

    def __init__(self, content: bytes) -> None:
        runtime = measure.peer("ai_edge_litert.interpreter")
        self._runtime = runtime.Interpreter(model_content=content, num_threads=1)
        self._runtime.allocate_tensors()
        self._input = self._runtime.get_input_details()[0]
        # scores are one value per anchor, boxes and landmarks 16
        outputs = self._runtime.get_output_details()
        self._outputs = {int(one["shape"][-1]): one["index"] for one in outputs}
        self._anchors = ssd.anchors(MODEL)

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        """Return the faces of each frame, the highest score first."""
        return [self._look(frame) for frame in frames]

    def _look(self, frame: np.ndarray) -> list[Face]:
        side = int(self._input["shape"][1])
        square, fit = letterbox(frame, side)
        self._runtime.set_tensor(self._input["index"], (square / np.float32(127.5) - 1)[None])
        self._runtime.invoke()
        scores = ssd.probabilities(self._runtime.get_tensor(self._outputs[1])[0, :, 0])
        kept = np.flatnonzero(scores >= THRESHOLD)
        values = self._runtime.get_tensor(self._outputs[16])[0, kept]
        boxes, landmarks = ssd.decode(values, self._anchors[kept], side)
        faces = [
            Face(fit.to_frame(box.reshape(2, 2)).reshape(4), fit.to_frame(points), float(score))
            for box, points, score in zip(boxes, landmarks, scores[kept], strict=True)
        ]
        return ssd.suppress(faces, NMS_IOU)


def main() -> None:
    """Measure, print, and add to the results."""
    options = _options()
    measure.peer("facenet_pytorch")  # which `Mtcnn` stands on
    torch.set_num_threads(1)  # for MTCNN
    kept_memory.keep(KEPT)  # as in a worker of the crop stage; all three gain by it
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as made:
        folder = options.weights if options.weights.is_dir() else Path(made) / "weights"
        if folder != options.weights:
            detector_files.make(weights.REGISTRY, folder)
        ours = BlazeFace(folder, MODEL, THRESHOLD, nms_iou=NMS_IOU)
        official = Official(weights.read(folder, MODEL))
    videos = options.sample / "videos"
    frames = _filmed(videos, options.frames) if videos.is_dir() else _drawn(options.frames)
    mtcnn = Mtcnn(MTCNN_THRESHOLD)
    detectors: dict[str, Detect] = {
        "ours": ours.detect,
        "mtcnn": lambda seen: _by_batches(mtcnn.detect, seen),
        "official_runtime": official.detect,
    }
    print(f"{len(frames)} frames of {SIZE[0]} x {SIZE[1]}")
    for name, detect in detectors.items():
        faces = detect(frames)
        shown = sum(map(bool, faces))
        print(f"{name:20} {sum(map(len, faces)):4} faces, in {shown} of {len(frames)} frames")
    found = measure.rates(
        {name: _work(detect, frames) for name, detect in detectors.items()}, options.rounds
    )
    results = measure.compared("detect", found, "frames/s/core")
    measure.show(results)
    measure.keep(results, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sample", type=Path, default=Path("../shared/sample"))
    parser.add_argument("--weights", type=Path, default=Path("models/blazeface"))
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    return measure.options(parser)


def _work(detect: Detect, frames: Sequence[np.ndarray]) -> measure.Work:
    return lambda: float(len(detect(frames)))


def _by_batches(detect: Detect, frames: Sequence[np.ndarray]) -> list[list[Face]]:
    starts = range(0, len(frames), MTCNN_BATCH)
    return [faces for start in starts for faces in detect(frames[start : start + MTCNN_BATCH])]


def _drawn(count: int) -> list[np.ndarray]:
    """Return ``count`` frames of the demo's people, eight of each."""
    from deepfake_attribution.render.clip import View, render_clip
    from deepfake_attribution.render.people import draw_person
    from deepfake_attribution.render.scene import draw_scene

    frames: list[np.ndarray] = []
    for person in range(-(-count // 8)):
        scene = draw_scene(0, "detect", person, 0)
        view = View(*SIZE, fps=8)
        frames += render_clip(draw_person(0, "detect", person), scene, view, person, 8).frames
    return frames[:count]


def _filmed(folder: Path, count: int) -> list[np.ndarray]:
    """Return up to ``count`` frames of 1280 x 720 from the videos in ``folder``, in turn."""
    videos = [pictures for path in sorted(folder.glob("*.mp4")) if (pictures := _landscape(path))]
    deepest = max(map(len, videos), default=0)
    turns = [video[place] for place in range(deepest) for video in videos if place < len(video)]
    if not turns:
        raise SystemExit(f"{folder}: no landscape video of 360 rows or more; choose with --sample")
    return turns[:count]


def _landscape(path: Path) -> list[np.ndarray]:
    """Return a frame per second or so of a video about as wide as 16:9; none of another."""
    pictures: list[np.ndarray] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if stream.height < SIZE[1] // 2 or not 1.3 <= stream.width / stream.height <= 1.8:
            return []
        for number, frame in enumerate(container.decode(stream)):
            if number % STEP == 0:
                pictures.append(_fitted(frame.to_ndarray(format="rgb24")))
            if len(pictures) == MOST:
                break
    return pictures


def _fitted(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    high = min(height, round(width * SIZE[1] / SIZE[0]))
    wide = min(width, round(height * SIZE[0] / SIZE[1]))
    top, left = (height - high) // 2, (width - wide) // 2
    part = picture[top : top + high, left : left + wide]
    way = cv2.INTER_AREA if high > SIZE[1] else cv2.INTER_LINEAR
    return cv2.resize(part, SIZE, interpolation=way)


if __name__ == "__main__":
    main()
