"""How the work is spread: changes the time, not the result, so no stage depends on it."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.params.load import Section


class Compute(Section):
    """``compute``: processes, device and precision.

    Attributes:
        workers: processes for rendering, extraction and loading; 0: one per core.
        device: where networks run; ``auto``: a GPU if there is one.
        devices: GPUs to train on.
        precision: Lightning's name of the arithmetic for training.
        block_videos: videos per block of work; a killed stage loses at most the open blocks.
        checkpoint_seconds: between two checkpoints of a training; a killed one loses at most the
            steps since the last. 0: after every step.
    """

    section: ClassVar[str] = "compute"
    workers: int = Field(ge=0)
    device: Literal["auto", "cpu", "cuda", "mps"]
    devices: int = Field(ge=1)
    precision: Literal["32-true", "16-mixed", "bf16-mixed"]
    block_videos: int = Field(ge=1)
    checkpoint_seconds: float = Field(ge=0, allow_inf_nan=False)
