"""A whole head from the front, without eyes and lips, which move and are drawn per frame."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from deepfake_attribution.render import hair, skin, skull
from deepfake_attribution.render.light import Light, gloss, normals, shade
from deepfake_attribution.render.people import Person
from deepfake_attribution.render.seeding import generator

COARSE = 6  # canvas pixels per cell of the fields that move the picture


@dataclass(frozen=True)
class Head:
    """A head before light; pictures are float32 on the canvas of `skull`.

    Attributes:
        colour: (H, W, 3) RGB, 0 to 255.
        alpha: (H, W) 0 to 1.
        normal: (H, W, 3) unit normals.
        open_to_room: (H, W) 0 to 1, dark in folds and below hair.
        oil: (H, W) how strongly the surface glints.
        bare: (H, W) 0 to 1, where neither hair nor glasses cover the face.
        depth: (H/COARSE, W/COARSE) depth in face units, coarse and smooth: it moves the picture.
    """

    colour: np.ndarray
    alpha: np.ndarray
    normal: np.ndarray
    open_to_room: np.ndarray
    oil: np.ndarray
    bare: np.ndarray
    depth: np.ndarray


@lru_cache(maxsize=4)
def draw_head(person: Person) -> Head:
    """Draw ``person``; the last few are kept, because a person has several clips."""
    rng = generator(person.seed, "head")
    x, y = skull.grid()
    face = skull.face_mask(person)
    relief = skull.relief(person, x, y)
    open_to_room = _openness(relief)
    colour = skin.skin_colour(person, rng, x, y)
    fine = relief + skin.skin_relief(person, rng, x, y)
    normal = normals(fine)
    oil = 0.35 + 0.4 * skull.bump(x, y, (0, -0.6), (0.5, 0.3))
    oil = oil + 0.5 * skull.bump(x, y, (0, person.nose_y), (0.12, 0.2))
    hairs = np.array(person.hair, np.float32)
    for cover, tint in (
        (skin.brows(person, rng, x, y), 0.62),
        (hair.beard(person, rng, x, y), 0.85),
    ):
        colour += cover[..., None] * (hairs * tint - colour)
        oil = oil * (1 - 0.8 * cover)
    bare = np.ones_like(face)
    if person.glasses:
        rims = _glasses(person, x, y)
        colour += rims[..., None] * (np.array(person.clothes_second, np.float32) * 0.35 - colour)
        open_to_room = open_to_room * (1 - 0.25 * cv2.GaussianBlur(rims, (0, 0), 4))
        bare -= rims
    ear, ear_relief = skin.ears(person, x, y)
    ear_colour = np.array(person.skin, np.float32) * np.array([0.97, 0.86, 0.84], np.float32)
    alpha, parts = np.zeros_like(face), (np.zeros_like(colour), np.zeros_like(normal))
    layers = [
        (ear, np.broadcast_to(ear_colour, colour.shape), normals(ear_relief)),
        (face, colour, normal),
    ]
    grown = hair.draw_hair(person, rng, x, y)
    if grown is not None:
        strands = hairs * grown.shine[..., None]
        hair_normal = normals(grown.relief)
        layers = [(grown.back, 0.6 * strands, hair_normal), *layers]
        layers.append((grown.front, strands, hair_normal))
        shadow = cv2.GaussianBlur(np.roll(grown.front, 6, axis=0), (0, 0), 6)
        open_to_room = open_to_room * (1 - 0.4 * shadow * (1 - grown.front))
        oil = oil * (1 - grown.front) + 0.5 * grown.front * np.clip(grown.shine - 0.8, 0, 1)
        bare *= 1 - grown.front
    total_colour, total_normal = parts
    for mask, layer_colour, layer_normal in layers:
        total_colour += mask[..., None] * (layer_colour - total_colour)
        total_normal += mask[..., None] * (layer_normal - total_normal)
        alpha += mask * (1 - alpha)
    depth = skull.dome(person, x, y) + 0.8 * skull.nose(person, x, y) - 0.12 * (1 - face)
    size = (skull.SHAPE[1] // COARSE, skull.SHAPE[0] // COARSE)
    coarse = cv2.resize(cv2.GaussianBlur(depth, (0, 0), 5), size, interpolation=cv2.INTER_AREA)
    return Head(
        np.clip(total_colour, 0, 255),
        alpha,
        total_normal,
        open_to_room.astype(np.float32),
        (oil * face).astype(np.float32),
        bare * face,
        coarse.astype(np.float32),
    )


def _openness(relief: np.ndarray) -> np.ndarray:
    """Return how much of the room each point sees: less where its surroundings are higher."""
    small = cv2.resize(relief, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = np.maximum(cv2.GaussianBlur(small, (0, 0), 2) - small, 0)
    around += 0.6 * np.maximum(cv2.GaussianBlur(small, (0, 0), 6) - small, 0)
    wide = cv2.resize(around, relief.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.exp(-9 * wide)


def _glasses(person: Person, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the mask of a pair of glasses, (H, W) float32 0 to 1."""
    side = np.abs(x) - person.eye_x - 0.02
    height = y - skull.EYE_Y - 0.03
    square = 2.5 + 2 * person.jaw % 2
    distance = (np.abs(side / 0.30) ** square + np.abs(height / 0.22) ** square) ** (1 / square)
    rims = np.exp(-(((distance - 1) / 0.07) ** 4))
    bridge = np.exp(-(((y - skull.EYE_Y + 0.02) / 0.022) ** 4)) * (np.abs(x) < 0.13)
    temple = (
        np.exp(-(((y - skull.EYE_Y + 0.04) / 0.025) ** 4))
        * (side > 0.29)
        * (np.abs(x) < person.width + 0.02)
    )
    return np.clip(rims + bridge + temple, 0, 1).astype(np.float32)


def lit(head: Head, light: Light) -> tuple[np.ndarray, np.ndarray]:
    """Return the head under ``light``.

    Returns:
        The picture, (H, W, 4) uint8, RGB times alpha and alpha; and the factors that its colours
        were multiplied with, (H, W, 3) float32, to light what is drawn onto it later.
    """
    factor = shade(head.normal, head.open_to_room, light)
    glint = 62 * head.oil * gloss(head.normal, light, 22) * (0.4 + 0.6 * head.open_to_room)
    colour = head.colour * factor + glint[..., None] * np.array(light.key_colour, np.float32)
    picture = np.dstack([colour * head.alpha[..., None], 255 * head.alpha])
    softened = cv2.GaussianBlur(np.clip(picture, 0, 255), (0, 0), 0.6)
    return np.round(softened).astype(np.uint8), factor
