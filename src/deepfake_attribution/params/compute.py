"""How the work is spread: changes the time, not the result, so no stage depends on it."""

from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from deepfake_attribution.params.load import Section


class Compute(Section):
    """``compute``: processes, device and precision.

    Attributes:
        workers: processes for rendering, extraction and loading; 0: one per core. With 1,
            frames and faces are made in the stage's own process: one that crashes ends it.
        device: where networks run; ``auto``: a GPU if there is one.
        devices: GPUs of a machine to train on; with ``cpu``, processes.
        nodes: machines to train on together, each started by its own command (docs/training.md).
        compile: let torch compile the network; on a GPU only, for on a CPU it was slower.
        tensorboard: write the losses for TensorBoard, too, into ``.work/tensorboard``.
        precision: Lightning's name of the arithmetic for training. ``auto``: ``bf16-mixed`` on an
            NVIDIA or AMD GPU that can, else ``32-true``. Only a setting other than ``auto`` is
            that of embedding, too, and on a GPU only: scores are to be those of any machine.
        block_videos: videos per block of work; a killed stage loses at most the open blocks.
        block_seconds: that a block may take, and each of its videos where they are tried alone:
            a decoder that hangs is ended after that. Generous, for it is no result's business.
        engine: ``local``: frames and faces are made on this machine; ``dask``: on the machines of
            a Dask cluster, as many processes as its workers have threads, whatever ``workers`` is.
        scheduler: address of Dask's scheduler, ``tcp://HOST:PORT``; empty: there is none.
        checkpoint_seconds: between two checkpoints of a training; a killed one loses at most the
            steps since the last. 0: after every step.
    """

    section: ClassVar[str] = "compute"
    workers: int = Field(ge=0)
    device: Literal["auto", "cpu", "cuda", "mps"]
    devices: int = Field(ge=1)
    nodes: int = Field(ge=1)
    compile: bool
    tensorboard: bool
    precision: Literal["auto", "32-true", "16-mixed", "bf16-mixed"]
    block_videos: int = Field(ge=1)
    block_seconds: float = Field(gt=0, allow_inf_nan=False)
    engine: Literal["local", "dask"]
    scheduler: str
    checkpoint_seconds: float = Field(ge=0, allow_inf_nan=False)

    @field_validator("scheduler")
    @classmethod
    def _named(cls, scheduler: str, others: ValidationInfo) -> str:
        if not scheduler and others.data.get("engine") == "dask":
            raise ValueError("engine is dask: name its scheduler, for example tcp://head:8786")
        return scheduler
