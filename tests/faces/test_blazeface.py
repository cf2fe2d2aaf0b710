import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from deepfake_attribution.core.devices import _has_driver
from deepfake_attribution.faces import ssd, weights
from deepfake_attribution.faces.blazeface import BlazeFace
from deepfake_attribution.faces.face import (
    LEFT_EYE,
    MOUTH_CENTRE,
    NOSE_TIP,
    RIGHT_EYE,
    Face,
    overlap,
)
from deepfake_attribution.faces.letterbox import letterbox
from deepfake_attribution.faces.torch_network import TorchNetwork
from deepfake_attribution.render.clip import View, render_clip
from deepfake_attribution.render.people import draw_person
from deepfake_attribution.render.scene import draw_scene
from finder import FINDER


def official_candidates(content: bytes, model: str, square: np.ndarray) -> list[np.ndarray]:
    """Box and score, in pixels of the square, of each anchor that the official runtime likes."""
    runtime = Interpreter(model_content=content, num_threads=1)
    runtime.allocate_tensors()
    image = (square.astype(np.float32) / 127.5 - 1)[None]
    runtime.set_tensor(runtime.get_input_details()[0]["index"], image)
    runtime.invoke()
    tensors = {
        output["shape"][-1]: runtime.get_tensor(output["index"])[0]
        for output in runtime.get_output_details()
    }
    side = len(square)
    found = []
    for values, logit, centre in zip(
        tensors[16], tensors[1][:, 0], ssd.anchors(model), strict=True
    ):
        score = 1 / (1 + np.exp(-np.clip(float(logit), -100, 100)))
        if score >= 0.5:
            x, y = values[:2] + centre * side
            width, height = values[2:4]
            box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
            found.append(np.array([*box, score]))
    return found


def official_suppression(candidates: list[np.ndarray]) -> list[np.ndarray]:
    left = sorted(candidates, key=lambda row: -row[4])
    kept = []
    while left:
        best = left[0]
        group = [row for row in left if overlap(best[:4], row[:4]) > 0.3]
        left = [row for row in left if overlap(best[:4], row[:4]) <= 0.3]
        total = sum(row[4] for row in group)
        kept.append(np.array([*sum(row[:4] * row[4] for row in group) / total, best[4]]))
    return kept


@pytest.mark.parametrize("model", ["short_range", "full_range"])
def test_boxes_are_those_of_the_official_runtime(
    weights_folder: Path, portrait: np.ndarray, model: str
) -> None:
    ours = BlazeFace(weights_folder, model, 0.5, tiles=False)
    two = np.hstack([portrait, portrait[:, ::-1]])  # 480 x 960: padded above and below
    square, fit = letterbox(two, ours.side)
    candidates = official_candidates(weights.read(weights_folder, model), model, square)
    expected = official_suppression(candidates)
    found = ours.detect([two])[0]
    assert len(found) == len(expected) == 2
    for face, official in zip(found, expected, strict=True):
        box = fit.to_frame(official[:4].reshape(2, 2) / ours.side).reshape(4)
        np.testing.assert_allclose(face.box, box, atol=0.01)
        assert face.score == pytest.approx(official[4], abs=1e-5)


def test_landmarks_lie_as_in_a_face(weights_folder: Path, portrait: np.ndarray) -> None:
    face = BlazeFace(weights_folder, "full_range", 0.5).detect([portrait])[0][0]
    right, left = face.landmarks[RIGHT_EYE], face.landmarks[LEFT_EYE]
    nose, mouth = face.landmarks[NOSE_TIP], face.landmarks[MOUTH_CENTRE]
    assert face.box[0] < right[0] < nose[0] < left[0] < face.box[2]
    assert face.box[1] < right[1] < nose[1] < mouth[1] < face.box[3]


def test_frames_of_different_sizes_are_found_as_alone(
    weights_folder: Path, portrait: np.ndarray
) -> None:
    detector = BlazeFace(weights_folder, "full_range", 0.5, tiles=False)
    frames = [portrait, portrait[:, 60:420], np.zeros((90, 160, 3), np.uint8)]
    frames += [cv2.resize(portrait, (320, 320))] * 8  # beyond one batch
    together = detector.detect(frames)
    assert [len(faces) for faces in together] == [1, 1, 0] + [1] * 8
    for frame, faces in zip(frames, together, strict=True):
        assert described(faces) == described(detector.detect([frame])[0])


def described(faces: list[Face]) -> list[tuple[list[float], list[float], float]]:
    return [(face.box.tolist(), face.landmarks.ravel().tolist(), face.score) for face in faces]


def test_other_frames_change_no_bit_of_the_second_look(
    weights_folder: Path, portrait: np.ndarray
) -> None:
    small, nothing = np.full((2, 1080, 1920, 3), 120, np.uint8)
    small[700:760, 1500:1560] = cv2.resize(portrait, (60, 60), interpolation=cv2.INTER_AREA)
    once = BlazeFace(weights_folder, "full_range", 0.5, tiles=False)
    x0, y0, x1, y1 = once.detect([portrait])[0][0].box.round().astype(int)
    close = cv2.resize(portrait[y0:y1, x0:x1], (400, 400))
    frames = [close, portrait, nothing, small, portrait, close]
    assert [len(faces) for faces in once.detect(frames)] == [0, 1, 0, 0, 1, 0]
    detector = BlazeFace(weights_folder, "full_range", 0.5)
    together = detector.detect(frames)
    assert [len(faces) for faces in together] == [1, 1, 0, 1, 1, 1]
    for frame, faces in zip(frames, together, strict=True):
        assert described(faces) == described(detector.detect([frame])[0])


def test_network_sees_batches_of_one_size_only(
    weights_folder: Path, portrait: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = BlazeFace(weights_folder, "short_range", 0.5)
    raw = detector.raw
    seen: list[tuple[int, ...]] = []

    def noted(squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen.append(squares.shape)
        return raw(squares)

    monkeypatch.setattr(detector, "raw", noted)
    assert len(detector.detect([portrait] * 5)) == 5
    assert seen == [(1, 128, 128, 3)] * 5
    seen.clear()
    monkeypatch.setattr(detector, "_network", torch_network(weights_folder, "short_range", batch=4))
    assert len(detector.detect([portrait] * 5)) == 5
    assert seen == [(4, 128, 128, 3)] * 2
    seen.clear()
    detector.detect([np.zeros((1080, 1920, 3), np.uint8)] * 2)
    looks = (2, 2, 2 * 3, 2 * 21)  # as it is, smaller, three and 21 tiles of each frame
    assert len(seen) == sum(-(-images // 4) for images in looks)


@pytest.mark.parametrize(("model", "side"), [("short_range", 120), ("full_range", 60)])
def test_tiles_find_a_face_too_small_for_one_look(
    weights_folder: Path, portrait: np.ndarray, model: str, side: int
) -> None:
    frame = np.full((1080, 1920, 3), 120, np.uint8)
    small = cv2.resize(portrait, (side, side), interpolation=cv2.INTER_AREA)
    frame[700 : 700 + side, 1500 : 1500 + side] = small
    once = BlazeFace(weights_folder, model, 0.5, tiles=False)
    assert once.detect([frame]) == [[]]
    again = BlazeFace(weights_folder, model, 0.5, tiles=True)
    faces = again.detect([frame])[0]
    assert len(faces) == 1
    assert (faces[0].box[:2] >= [1500, 700]).all()
    assert (faces[0].box[2:] <= [1500 + side, 700 + side]).all()


def test_second_look_finds_a_face_too_large_for_the_first(
    weights_folder: Path, portrait: np.ndarray
) -> None:
    once = BlazeFace(weights_folder, "full_range", 0.5, tiles=False)
    face = once.detect([portrait])[0][0]
    x0, y0, x1, y1 = face.box.round().astype(int)
    close = cv2.resize(portrait[y0:y1, x0:x1], (400, 400))
    assert once.detect([close]) == [[]]
    assert len(BlazeFace(weights_folder, "full_range", 0.5).detect([close])[0]) == 1


def test_picture_without_a_face_gives_none(weights_folder: Path) -> None:
    slope = np.linspace(0, 255, 300 * 200 * 3).reshape(200, 300, 3).astype(np.uint8)
    assert BlazeFace(weights_folder, "full_range", 0.5).detect([slope]) == [[]]


def test_no_frames_give_no_answers(weights_folder: Path) -> None:
    assert BlazeFace(weights_folder, "short_range", 0.5).detect([]) == []


def torch_network(folder: Path, model: str, batch: int) -> TorchNetwork:
    network = TorchNetwork(weights.read(folder, model), "cpu")
    network.batch = batch
    return network


@pytest.mark.parametrize("model", ["short_range", "full_range"])
def test_faces_are_those_of_pytorch(weights_folder: Path, model: str) -> None:
    frames = [*drawn(0), *drawn(1), np.full((270, 480, 3), 90, np.uint8)]
    frames.append(np.pad(frames[0], ((0, 700), (900, 0), (0, 0))))  # for the tiles
    frames.append(cv2.resize(frames[4][30:230, 140:340], (500, 500)))  # close
    ours = BlazeFace(weights_folder, model, 0.5)
    reference = BlazeFace(weights_folder, model, 0.5)
    reference._network = torch_network(weights_folder, model, batch=4)
    found, expected = ours.detect(frames), reference.detect(frames)
    assert sum(map(bool, expected)) >= 6
    for faces, others in zip(found, expected, strict=True):
        assert len(faces) == len(others)
        for face, other in zip(faces, others, strict=True):
            np.testing.assert_allclose(face.box, other.box, rtol=0, atol=0.05)
            np.testing.assert_allclose(face.landmarks, other.landmarks, rtol=0, atol=0.05)
            assert face.score == pytest.approx(other.score, abs=1e-4)


def drawn(person: int) -> list[np.ndarray]:
    """Return four frames of a person of the demo, (270, 480, 3) uint8 each."""
    scene = draw_scene("tests", person)
    view = View(480, 270, fps=8)
    return render_clip(draw_person("tests", person), scene, view, person, 4).frames


def test_on_a_cpu_torch_is_not_loaded(weights_folder: Path) -> None:
    code = f"""
import sys
import numpy as np
from pathlib import Path
from deepfake_attribution.faces.face_crops import _detector
from deepfake_attribution.faces.settings import Detector
settings = Detector.model_validate_json({FINDER.model_dump_json()!r})
for device in ("auto", "cpu") if {not _has_driver()} else ("cpu",):
    finder = _detector(Path({str(weights_folder)!r}), settings, device)
    assert finder.detect([np.zeros((90, 160, 3), np.uint8)]) == [[]]
print(sorted({{"torch", "onnx", "tflite", "scipy"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_weights_go_to_the_device_and_a_gpu_gets_larger_batches(weights_folder: Path) -> None:
    there = BlazeFace(weights_folder, "full_range", 0.5, device="meta")._network  # no GPU needed
    assert isinstance(there, TorchNetwork)
    assert {buffer.device.type for buffer in there.module.buffers()} == {"meta"}
    assert (there.batch, BlazeFace(weights_folder, "full_range", 0.5)._network.batch) == (128, 1)
