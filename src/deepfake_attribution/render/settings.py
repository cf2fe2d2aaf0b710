"""The databases that the demo draws."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from deepfake_attribution.core.params import RootSection, Strict

# The names of render.attacks.registry.ATTACKS, here so that settings load without OpenCV.
ATTACK_NAMES = (
    "sim_decoder_swap",
    "sim_warp_swap",
    "sim_mouth",
    "sim_expression",
    "sim_blend",
    "sim_retouch",
    "sim_face_morph",
    "sim_latent",
)


def _known_attacks(names: list[str]) -> list[str]:
    for name in names:
        if name not in ATTACK_NAMES:
            raise ValueError(f"'{name}' is none of the attacks: {', '.join(ATTACK_NAMES)}")
    if len(set(names)) < len(names):
        raise ValueError("an attack is named twice")
    return names


def _even(side: int) -> int:
    if side % 2:
        raise ValueError("H.264 needs even sides")
    return side


Side = Annotated[int, Field(ge=160, le=640), AfterValidator(_even)]
Strength = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]


class Identities(Strict):
    """How many people each split has; no person is in two."""

    train: int = Field(ge=0)
    val: int = Field(ge=0)
    test: int = Field(ge=0)


class RenderedDatabase(Strict):
    """One database of people drawn by code.

    Attributes:
        identities: people per split.
        clips: real clips per person; each has one fake of every attack.
        attacks: names of simulated attacks.
        strength: weakest and strongest of the fakes, each 0 (hard to see) to 1.
        frames: per clip.
        fps: frames per second.
        width, height: of the picture, in pixels, even.
        camera: family that each video's camera is drawn from.
        crf: x264's rate factor; higher is smaller and worse.
    """

    identities: Identities
    clips: int = Field(ge=1)
    attacks: Annotated[list[str], AfterValidator(_known_attacks)]
    strength: Annotated[list[Strength], Field(min_length=2, max_length=2)]
    frames: int = Field(ge=1)
    fps: int = Field(ge=1, le=120)
    width: Side
    height: Side
    camera: Literal["webcam", "phone", "broadcast", "night"]
    crf: int = Field(ge=0, le=51)

    @model_validator(mode="after")
    def _weak_first(self) -> Self:
        if self.strength[0] > self.strength[1]:
            raise ValueError("strength: the weaker end comes first")
        return self

    @model_validator(mode="after")
    def _two_to_swap(self) -> Self:
        for split, count in self.identities.model_dump().items():
            if count == 1 and self.attacks:
                raise ValueError(f"identities.{split}: faces are swapped between at least 2 people")
        return self


class Rendered(RootSection[dict[Name, RenderedDatabase]]):
    """``rendered``: name of the database -> what it holds."""

    section: ClassVar[str] = "rendered"
