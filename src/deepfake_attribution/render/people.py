"""Who is seen: a person's looks, drawn from a seed.

Lengths are in face units: 1 is half the width of an average face at the cheekbones. The origin
lies between the eyes' outer corners, x grows to the picture's right, y downwards.
"""

from dataclasses import dataclass

import numpy as np

from deepfake_attribution.render.seeding import generator

Colour = tuple[float, float, float]  # RGB, 0 to 255

HAIR_STYLES = ("bald", "buzz", "short", "side_part", "curly", "bob", "long", "tied", "fringe")
BEARDS = ("none", "stubble", "moustache", "goatee", "full")
SKIN: tuple[Colour, ...] = (
    (246, 214, 194),
    (236, 194, 164),
    (214, 164, 128),
    (176, 122, 86),
    (128, 84, 58),
    (82, 54, 40),
)
HAIR: tuple[Colour, ...] = (
    (26, 22, 22),
    (46, 34, 28),
    (78, 54, 38),
    (112, 62, 36),
    (168, 124, 74),
    (206, 172, 116),
    (150, 146, 142),
    (214, 212, 208),
)
IRISES: tuple[Colour, ...] = (
    (58, 36, 22),
    (88, 56, 30),
    (112, 92, 46),
    (84, 104, 72),
    (86, 116, 140),
    (112, 126, 132),
)


@dataclass(frozen=True)
class Person:
    """The looks of one person; every clip of the person shares them.

    Attributes:
        seed: of the fine detail (pores, strands, freckles).
        age, masculine, melanin: 0 to 1; they steer the other traits and the fine detail.
        width, chin, jaw: half width of the face, height of the chin, squareness of the jaw.
        eye_x, eye_size, eye_open, eye_tilt: where and how the eyes are.
        brow_y, brow_thickness, brow_arch: of the eyebrows.
        nose_width, nose_y, nose_height: wings, height of the tip, how far it stands out.
        mouth_y, mouth_width, upper_lip, lower_lip: of the mouth.
        skin, lips, hair, iris: colours, RGB 0 to 255.
        hair_style, hair_volume, hairline, parting: of the hair.
        beard, glasses, makeup, freckles: what else there is on a face.
        clothes, clothes_second, pattern, collar: of the upper body.
    """

    seed: int
    age: float
    masculine: float
    melanin: float
    width: float
    chin: float
    jaw: float
    eye_x: float
    eye_size: float
    eye_open: float
    eye_tilt: float
    brow_y: float
    brow_thickness: float
    brow_arch: float
    nose_width: float
    nose_y: float
    nose_height: float
    mouth_y: float
    mouth_width: float
    upper_lip: float
    lower_lip: float
    skin: Colour
    lips: Colour
    hair: Colour
    iris: Colour
    hair_style: str
    hair_volume: float
    hairline: float
    parting: float
    beard: str
    glasses: bool
    makeup: float
    freckles: float
    clothes: Colour
    clothes_second: Colour
    pattern: str
    collar: str


def draw_person(*names: str | int) -> Person:
    """Return the person that ``names`` (a seed, a database, an index) stand for."""
    rng = generator(*names, "person")
    age = float(rng.beta(1.6, 2.0))
    masculine = float(rng.choice([rng.uniform(0, 0.35), rng.uniform(0.65, 1)]))
    melanin = float(rng.uniform())
    skin = _skin(rng, melanin)
    style, beard = _hair_style(rng, masculine, age), _beard(rng, masculine)
    nose_y = rng.uniform(0.38, 0.47)
    chin = rng.uniform(1.17, 1.38)
    return Person(
        seed=int(rng.integers(2**31)),
        age=age,
        masculine=masculine,
        melanin=melanin,
        width=rng.uniform(0.90, 1.06),
        chin=chin,
        jaw=rng.uniform(1.8, 2.3) + 0.7 * masculine,
        eye_x=rng.uniform(0.38, 0.455),
        eye_size=rng.uniform(0.168, 0.222),
        eye_open=rng.uniform(0.40, 0.62),
        eye_tilt=rng.uniform(-0.05, 0.16),
        brow_y=rng.uniform(-0.34, -0.27) + 0.03 * masculine,
        brow_thickness=rng.uniform(0.028, 0.042) + 0.022 * masculine,
        brow_arch=rng.uniform(0.02, 0.09),
        nose_width=rng.uniform(0.13, 0.20) + 0.04 * melanin * rng.uniform(),
        nose_y=nose_y,
        nose_height=rng.uniform(0.8, 1.2),
        mouth_y=nose_y + (chin - nose_y) * rng.uniform(0.42, 0.47),
        mouth_width=rng.uniform(0.30, 0.415),
        upper_lip=rng.uniform(0.05, 0.085) + 0.02 * melanin - 0.015 * age,
        lower_lip=rng.uniform(0.075, 0.11) + 0.02 * melanin - 0.015 * age,
        skin=skin,
        lips=_lips(rng, skin, masculine),
        hair=_hair_colour(rng, melanin, age),
        iris=_iris(rng, melanin),
        hair_style=style,
        hair_volume=rng.uniform(0.8, 1.25),
        hairline=rng.uniform(-1.02, -0.86) - 0.08 * masculine * age,
        parting=rng.uniform(-0.45, 0.45),
        beard=beard,
        glasses=bool(rng.uniform() < 0.25),
        makeup=float(rng.uniform() * (masculine < 0.5)),
        freckles=float(max(0.0, rng.uniform(-1.5, 1)) * (melanin < 0.5)),
        clothes=_cloth(rng),
        clothes_second=_cloth(rng),
        pattern=str(rng.choice(["plain", "plain", "knit", "stripes", "checks"])),
        collar=str(rng.choice(["round", "v", "shirt", "high"])),
    )


def _blend(table: tuple[Colour, ...], place: float) -> np.ndarray:
    """Return the colour at ``place`` (0 to 1) along ``table``."""
    at = place * (len(table) - 1)
    low = min(int(at), len(table) - 2)
    first, second = np.array(table[low]), np.array(table[low + 1])
    return first + (at - low) * (second - first)


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = (float(value) for value in np.clip(values, 8, 250))
    return red, green, blue


def _skin(rng: np.random.Generator, melanin: float) -> Colour:
    undertone = rng.uniform(-1, 1)  # rosy to olive
    cast = np.array([1 - 0.015 * undertone, 1 + 0.015 * undertone, 1 - 0.03 * undertone])
    return _colour(_blend(SKIN, melanin) * cast)


def _lips(rng: np.random.Generator, skin: Colour, masculine: float) -> Colour:
    redness = rng.uniform(0.25, 0.5) + (0.35 * rng.uniform() if masculine < 0.5 else 0.0)
    rosy = np.array(skin) * np.array([0.86, 0.56, 0.58]) + np.array([10, 4, 8])
    return _colour(np.array(skin) * 0.93 * (1 - redness) + rosy * redness)


def _hair_colour(rng: np.random.Generator, melanin: float, age: float) -> Colour:
    if rng.uniform() < max(0.0, 1.6 * (age - 0.55)):
        return _colour(np.array(HAIR[rng.integers(6, 8)]) * rng.uniform(0.85, 1.05))
    darkest = rng.beta(1.2, 1.2 + 4 * melanin)  # dark skin: mostly dark hair, never only
    return _colour(_blend(HAIR[:6], darkest) * rng.uniform(0.9, 1.1))


def _iris(rng: np.random.Generator, melanin: float) -> Colour:
    return _colour(_blend(IRISES, rng.beta(1, 1 + 3 * melanin)))


def _hair_style(rng: np.random.Generator, masculine: float, age: float) -> str:
    if masculine > 0.5:
        bald = 0.08 + 0.2 * age
        rest = np.array([0.2, 0.3, 0.25, 0.12, 0.0, 0.03, 0.03, 0.07])
    else:
        bald = 0.01
        rest = np.array([0.02, 0.06, 0.12, 0.18, 0.17, 0.22, 0.13, 0.1])
    weights = np.array([bald, *((1 - bald) * rest / rest.sum())])
    return str(rng.choice(HAIR_STYLES, p=weights / weights.sum()))


def _beard(rng: np.random.Generator, masculine: float) -> str:
    if masculine < 0.5:
        return "none"
    return str(rng.choice(BEARDS, p=[0.42, 0.22, 0.08, 0.10, 0.18]))


def _cloth(rng: np.random.Generator) -> Colour:
    hue = rng.uniform(0, 2 * np.pi)
    strength = rng.uniform(0, 55)
    phases = np.array([0, 2.1, 4.2])
    return _colour(rng.uniform(35, 205) + strength * np.cos(hue + phases))
