"""How true the evidence maps of an approach are, as the stage ``evidence_maps`` measured it."""

from typing import Self

from pydantic import Field, model_validator

from deepfake_attribution.analyse.bundle.joined import Count
from deepfake_attribution.core.params import Strict


class Hits(Strict):
    """Attacks whose changed pixels are known, and on how many of them the maps are true.

    Attributes:
        attacks: simulated attacks with maps, counted once per database.
        judged: those with a confidence interval.
        above: those on which the maps lie inside the changed pixels more than chance: the whole
            interval is above it.
        fakes: that were measured, one frame of each.
    """

    attacks: Count
    judged: Count
    above: Count
    fakes: Count

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.above <= self.judged <= self.attacks:
            raise ValueError(
                f"maps are above chance on {self.above} of {self.judged} of {self.attacks} attacks"
            )
        return self


class MapTruth(Strict):
    """How true the maps of an approach are.

    Attributes:
        trained_on: on attacks of the training, in databases trained on.
        others: on other attacks or databases.
        confidence: of the intervals, in percent.
    """

    trained_on: Hits
    others: Hits
    confidence: float = Field(gt=0, lt=100)
