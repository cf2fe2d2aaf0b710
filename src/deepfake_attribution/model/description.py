"""What a trained head is, in JSON next to its weights; read without torch."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import EMBEDDING, SELF_SCORING, Output

WEIGHTS = "model.safetensors"
SETTINGS = "model.json"
ONNX = "model.onnx"


@dataclass(frozen=True)
class Description:
    """What a trained head is.

    Attributes:
        head: its name.
        output: what it gives: one of `core.outputs`.
        classes: names of the classes, real first.
        backbone: the section that it was made from; ``input_size`` is a number.
        mean, std: normalisation of RGB in [0, 1].
        training: settings it was trained with, which weights it began from
            (`starting_weights.weights_hash` and `starting_weights.origin`), how many parameters
            the network has and how many were trained, the epoch that was kept, its loss.
        onnx: hash (`shards.digest`) of its ONNX file; None: it has none.
    """

    head: str
    output: Output
    classes: list[str]
    backbone: dict[str, Any]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    training: dict[str, Any]
    onnx: str | None = None

    @property
    def by_direction(self) -> bool:
        """Whether its embeddings are compared by their direction: the head's loss decides."""
        normalised: bool = self.training.get("loss", {}).get("normalised", True)
        return self.output == EMBEDDING and normalised


def load_description(folder: Path) -> Description:
    """Return what the model in ``folder`` is.

    Raises:
        UserError: the file is missing or is not a model's description.
    """
    path = folder / SETTINGS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content.pop("versions")
        if content["output"] not in (*SELF_SCORING, EMBEDDING):
            raise ValueError(f"output is {content['output']!r}")
        mean, std = tuple(content.pop("mean")), tuple(content.pop("std"))
        if not (
            len(mean) == len(std) == 3 and all(map(math.isfinite, mean + std)) and min(std) > 0
        ):
            raise ValueError(f"mean and std are {mean} and {std}")
        return Description(**content, mean=mean, std=std)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro` trains the model") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path} does not describe a model: {error}") from None
