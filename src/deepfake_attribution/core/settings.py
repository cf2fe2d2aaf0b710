"""Sections of params.yaml that several steps read, and how the work is spread."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from deepfake_attribution.core.params import RootSection, Section


class Seed(RootSection[Annotated[int, Field(ge=0, lt=2**31)]]):
    """``seed``: renderings, folds and samples of the classifiers, maps."""

    section: ClassVar[str] = "seed"


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


def _plain_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", name):
        raise ValueError("a dataset's name is of lower-case letters, digits and _ (it names files)")
    return name


DatasetName = Annotated[str, AfterValidator(_plain_name)]


class Dataset(BaseModel):
    """What every dataset has. Its adapter holds the other keys to what it knows.

    They are left open here, so that a new adapter, or a new key of one, touches no module that
    the extraction depends on (`catalog.registry.settings_of`).

    Attributes:
        adapter: who lists its videos: a file in ``catalog/adapters``.
        root: folder that holds the videos; relative to params.yaml.
    """

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    adapter: str = Field(pattern=r"^[a-z0-9_]+$")
    root: str = Field(min_length=1)


class Datasets(RootSection[Annotated[dict[DatasetName, Dataset], Field(min_length=1)]]):
    """``datasets``: name of the dataset -> its adapter and that adapter's settings."""

    section: ClassVar[str] = "datasets"


def _different(names: list[str]) -> list[str]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"'{name}' is named twice: its crops would count twice")
    return names


class Superset(Section):
    """``superset``: the training datasets.

    Attributes:
        datasets: names of datasets whose train and val videos are joined; every other dataset
            of params.yaml is only tested on.
    """

    section: ClassVar[str] = "superset"
    datasets: Annotated[list[DatasetName], Field(min_length=1), AfterValidator(_different)]
