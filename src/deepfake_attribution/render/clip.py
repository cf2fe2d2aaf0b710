"""One clip of one person in one scene, before any attack and before any camera."""

from dataclasses import dataclass

import cv2
import numpy as np

from deepfake_attribution.render import skull
from deepfake_attribution.render.body import MARGIN, draw_body
from deepfake_attribution.render.features import Features
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.head import COARSE, draw_head, lit
from deepfake_attribution.render.motion import Pose, draw_motion
from deepfake_attribution.render.people import Person
from deepfake_attribution.render.ramps import swell
from deepfake_attribution.render.scene import Scene, draw_background
from deepfake_attribution.render.seeding import generator

GRID = 4  # frame pixels per point at which the way back to the canvas is computed


@dataclass(frozen=True)
class View:
    """Size of the picture in pixels and frames per second."""

    width: int
    height: int
    fps: float


def render_clip(person: Person, scene: Scene, view: View, seed: int, frames: int) -> Footage:
    """Return ``frames`` pictures of ``person`` in ``scene``, with the exact place of the face.

    Args:
        person: who is seen.
        scene: room, light and framing.
        view: size and rate.
        seed: of the motion.
        frames: how many.
    """
    poses = draw_motion(generator(seed, "motion"), frames, view.fps)
    unit = scene.face * min(view.width, view.height * 4 / 3)
    centre = (scene.x * view.width, scene.y * view.height)
    head = draw_head(person)
    picture, factor = lit(head, scene.light)
    features = Features(person, factor, head.bare)
    mover = Mover(person, head.depth)
    background = draw_background(scene, view.width, view.height)
    body = draw_body(person, scene.light, (view.width, view.height), centre, unit)
    pictures, landmarks, boxes = [], [], []
    for pose in poses:
        canvas = picture.copy()
        features.paint(canvas, pose.expression)
        shift = mover.shift(pose)
        affine = place(pose, centre, unit)
        room = over(background, _move_body(body, pose, unit, view))
        moved = cv2.remap(
            canvas, *way_back(shift, affine, view), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
        )
        pictures.append(over(room, moved))
        landmarks.append(forward(_landmarks(person), shift, affine))
        outline = forward(_outline(person), shift, affine)
        boxes.append(np.concatenate([outline.min(axis=0), outline.max(axis=0)]))
    return Footage(
        pictures, np.stack(landmarks).astype(np.float32), np.stack(boxes).astype(np.float32)
    )


class Mover:
    """Turns a pose into shifts of the canvas; made once per clip.

    Args:
        person: whose face moves.
        depth: (h, w) coarse depth of the head in face units.
    """

    def __init__(self, person: Person, depth: np.ndarray) -> None:
        rows, columns = depth.shape
        x = skull.LEFT + (np.arange(columns, dtype=np.float32) + 0.5) * COARSE / skull.SCALE
        y = skull.TOP + (np.arange(rows, dtype=np.float32) + 0.5) * COARSE / skull.SCALE
        x, y = np.meshgrid(x, y)
        self.depth, self.x, self.y = depth, x, y
        below = swell(y - person.mouth_y - 0.14, 0.05)
        self.jaw = (
            0.17
            * below
            * np.exp(-((x / 0.85) ** 4))
            * np.exp(-np.clip(y - person.chin, 0, None) / 0.12)
        )
        self.brow = -0.07 * skull.bump(x, y, (0, person.brow_y - 0.05), (0.6, 0.16))
        cheeks = skull.pair(x, y, (0.5, 0.42), (0.2, 0.2))
        self.cheek_x, self.cheek_y = 0.03 * cheeks * np.sign(x), -0.04 * cheeks

    def shift(self, pose: Pose) -> np.ndarray:
        """Return where each coarse cell moves, (h, w, 2) float32 in face units."""
        face = pose.expression
        smile = max(face.smile, 0)
        turn, nod = np.sin(pose.yaw), np.sin(pose.pitch)
        across = turn * self.depth + (np.cos(pose.yaw) - 1) * self.x + smile * self.cheek_x
        down = nod * self.depth + (np.cos(pose.pitch) - 1) * self.y + smile * self.cheek_y
        down = down + face.mouth_open * self.jaw + face.brow * self.brow
        return np.dstack([across, down]).astype(np.float32)


def place(pose: Pose, centre: tuple[float, float], unit: float) -> np.ndarray:
    """Return the (2, 3) matrix from face units to frame pixels."""
    cos, sin = np.cos(pose.roll), np.sin(pose.roll)
    turn = unit * pose.scale * np.array([[cos, -sin], [sin, cos]])
    neck = np.array([0.0, 1.2])  # heads tilt about the neck
    origin = np.array(centre) + unit * np.array([pose.x, pose.y])
    return np.column_stack([turn, origin + unit * neck - turn @ neck])


def sample(shift: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the shifts at ``points``, (h, w, 2) in face units."""
    at = (points - np.array([skull.LEFT, skull.TOP], np.float32)) * (skull.SCALE / COARSE) - 0.5
    at = at.astype(np.float32)
    return cv2.remap(
        shift, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def forward(points: np.ndarray, shift: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """Return where ``points`` on the face, (N, 2) in face units, lie in the frame, in pixels."""
    moved = points + sample(shift, points[None].astype(np.float32))[0]
    return moved @ affine[:, :2].T + affine[:, 2]


def way_back(shift: np.ndarray, affine: np.ndarray, view: View) -> tuple[np.ndarray, np.ndarray]:
    """Return the canvas pixel that each frame pixel shows, two (H, W) float32 maps.

    The shift is known where a point starts, not where it ends: p = q - shift(p) is solved by a
    few steps of iteration, on a coarse grid, because the fields are smooth.
    """
    rows, columns = -(-view.height // GRID), -(-view.width // GRID)
    x = (np.arange(columns, dtype=np.float32) + 0.5) * GRID - 0.5
    y = (np.arange(rows, dtype=np.float32) + 0.5) * GRID - 0.5
    pixels = np.stack(np.meshgrid(x, y), axis=-1)
    target = ((pixels - affine[:, 2]) @ np.linalg.inv(affine[:, :2]).T).astype(np.float32)
    points = target - sample(shift, target)
    for _ in range(2):
        points = target - sample(shift, points)
    at = skull.to_pixels(points).astype(np.float32)
    fine = cv2.resize(at, (columns * GRID, rows * GRID), interpolation=cv2.INTER_LINEAR)
    fine = fine[: view.height, : view.width]
    return np.ascontiguousarray(fine[..., 0]), np.ascontiguousarray(fine[..., 1])


def over(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Return ``above`` (RGB times alpha and alpha) on ``below`` (RGB), uint8."""
    clear = cv2.bitwise_not(cv2.extractChannel(above, 3))
    kept = cv2.multiply(below, cv2.merge([clear, clear, clear]), scale=1 / 255)
    return cv2.add(kept, cv2.cvtColor(above, cv2.COLOR_RGBA2RGB))


def _move_body(body: np.ndarray, pose: Pose, unit: float, view: View) -> np.ndarray:
    """Return the body as it follows the head, at some distance."""
    right, down = unit * 0.7 * pose.x - MARGIN, unit * 0.35 * pose.y
    matrix = np.array([[1, 0, right], [0, 1, down]])
    return cv2.warpAffine(body, matrix, (view.width, view.height), borderMode=cv2.BORDER_REPLICATE)


def _landmarks(person: Person) -> np.ndarray:
    """Return BlazeFace's six points in face units, (6, 2)."""
    eye, ear = person.eye_x, 0.86 * person.width
    return np.array(
        [
            [-eye, skull.EYE_Y],
            [eye, skull.EYE_Y],
            [0, person.nose_y],
            [0, person.mouth_y + 0.02],
            [-ear, 0.1],
            [ear, 0.1],
        ]
    )


def _outline(person: Person) -> np.ndarray:
    """Return points around the face from above the brows to the chin, in face units, (N, 2)."""
    y = np.linspace(-0.65, person.chin, 12)
    half = 0.98 * skull.half_width(person, y)
    return np.concatenate([np.stack([half, y], axis=1), np.stack([-half, y], axis=1)])
