"""What the record of a bundle says about attacks that joined without training."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from deepfake_attribution.core.params import Strict

MOST = 10**9  # of anything counted
Count = Annotated[int, Field(ge=0, le=MOST)]
Percent = Annotated[float, Field(ge=0, le=100)]


class Gallery(Strict):
    """How the project set what enrolling sets again.

    Attributes:
        fpr: share of the validation fakes that may pass as real (``evaluate.fpr``).
        known_share: share of the validation videos that are near enough to be known
            (``open_set.known_share``).
    """

    fpr: float = Field(ge=0, lt=1)
    known_share: float = Field(gt=0, lt=1)


class Counted(Strict):
    """A share of videos.

    Attributes:
        k: how many; in a mean over draws no whole number.
        n: of how many different videos.
        low, high: 95 % confidence interval from resampled sources, percent; null: there is none.
    """

    k: float = Field(ge=0, le=MOST)
    n: Count
    low: Percent | None = None
    high: Percent | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.k > self.n:
            raise ValueError(f"{self.k} of {self.n}")
        return self


class Clip(Strict):
    """An enrolled clip.

    Attributes:
        name: of its file, without folder.
        sha256: of its content.
    """

    name: str
    sha256: str


class Enrolled(Strict):
    """An attack that joined without training, and what that changed.

    Attributes:
        name: of the attack.
        clips: with a face.
        crops: how many of them.
        sources: how many the clips are of.
        reals: real clips that joined with it, as further reals; usually of the same camera.
        real_crops: how many of them.
        recognised: number of clips enrolled -> held-out clips that are called fake and named so.
        before, after: figures of the older and of this version, by name (`enrol.figures`): of
            videos that the classifier was not fitted on.
        notes: which figures of the bundle no longer hold, and other remarks.
    """

    name: Annotated[str, Field(min_length=1)]
    clips: Annotated[list[Clip], Field(min_length=2)]
    crops: Annotated[int, Field(ge=1, le=MOST)]
    sources: Annotated[int, Field(ge=1, le=MOST)]
    reals: list[Clip] = Field(default_factory=list)
    real_crops: Count = 0
    recognised: dict[int, Counted]
    before: dict[str, Counted]
    after: dict[str, Counted]
    notes: list[str]
