"""The file ablation.yaml: which recipes and parts are compared, on which database."""

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Strict, describe, read
from deepfake_attribution.core.settings import TrainSeed

PLAN = Path("ablation.yaml")
Changes = dict[str, Any]  # section.key -> value


class Part(Strict):
    """One part of a recipe: the settings that differ between with it and without it.

    Attributes:
        title: what it is called in tables.
        heads: those that it can touch.
        used: settings with it; ``with`` in the file.
        unused: settings without it; ``without`` in the file.
        recipes: that it is added to or taken from; empty: all that are taken apart.
    """

    title: str
    heads: list[str] = Field(min_length=1)
    used: Changes = Field(alias="with", min_length=1)
    unused: Changes = Field(alias="without", min_length=1)
    recipes: list[str] = Field(default=[])


class Ablation(Strict):
    """Parts compared one by one.

    Attributes:
        database: that recipes are compared on.
        recipes: those of the plan that parts are added to or removed from.
        readings: head -> the approach whose figures are shown.
        parts: name -> part, in the order of the table. A part whose settings change another
            part's stands below it.
    """

    database: str
    recipes: list[str] = Field(min_length=1)
    readings: dict[str, str] = Field(min_length=1)
    parts: dict[str, Part] = Field(min_length=1)


class Final(Strict):
    """Finished recipes, looked at once.

    Attributes:
        database: on which nothing was chosen.
        heads: all approaches of these are shown.
    """

    database: str
    heads: list[str] = Field(min_length=1)


class Plan(Strict):
    """What is compared.

    Attributes:
        seeds: each recipe is trained with each of them, in an experiment of its own.
        recipes: name -> profile, written over params.yaml.
        ablation: parts of them.
        final: they as a whole.
    """

    seeds: list[TrainSeed] = Field(min_length=1)
    recipes: dict[str, str] = Field(min_length=1)
    ablation: Ablation
    final: Final


def load(path: Path = PLAN) -> Plan:
    """Return the plan that ``path`` holds.

    Raises:
        UserError: the file is missing, a key is unknown or missing, a part is for a head that no
            reading is named for, or the parts are of a recipe that is not there.
    """
    content = read(path)
    try:
        plan = Plan.model_validate(content)
    except ValidationError as error:
        # `describe` needs the section's name; a plan has no sections
        lines = (line.removeprefix(".") for line in describe(error, {"": content}, "", Plan))
        raise UserError(*(f"{path}: {line}" for line in lines)) from None
    for name in plan.ablation.recipes:
        if name not in plan.recipes:
            raise UserError(
                f"{path}: ablation.recipes: '{name}' is none of recipes: {', '.join(plan.recipes)}"
            )
    for name, part in plan.ablation.parts.items():
        for recipe in part.recipes:
            if recipe not in plan.recipes:
                raise UserError(
                    f"{path}: ablation.parts.{name}.recipes: '{recipe}' is none of recipes: "
                    f"{', '.join(plan.recipes)}"
                )
        for head in part.heads:
            if head not in plan.ablation.readings:
                raise UserError(
                    f"{path}: ablation.parts.{name}: no reading is named for the head '{head}': "
                    "add one to ablation.readings, or leave the head out"
                )
    return plan
