"""Sections of params.yaml that several steps read, and how the work is spread."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from deepfake_attribution.core.params import RootSection, Section

TrainSeed = Annotated[int, Field(ge=0, lt=2**31)]


def _different_seeds(seeds: list[int]) -> list[int]:
    for seed in seeds:
        if seeds.count(seed) > 1:
            raise ValueError(f"{seed} is named twice: its results would count twice")
    return seeds


class Seed(RootSection[Annotated[int, Field(ge=0, lt=2**31)]]):
    """``seed``: renderings, folds and samples of the classifiers, maps."""

    section: ClassVar[str] = "seed"


class TrainingSeeds(Section):
    """What later steps read of ``train``: a result is given for each seed.

    The other keys are in `train.settings.Train`; later steps do not depend on them.

    Attributes:
        seeds: each head is trained once per seed, which decides initial weights, order of the
            batches and mirrorings. Curves for ``dvc plots`` and pictures are of the first.
    """

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "train"
    seeds: Annotated[list[TrainSeed], Field(min_length=1), AfterValidator(_different_seeds)]


class DegradedCopies(Section):
    """What later steps read of ``embed``; the other keys are in `embed.settings.Embed`.

    Attributes:
        degraded_chance: validation crops are embedded a second time, degraded as in section
            ``augment``, but with this chance of each step; 0: they are not.
    """

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "embed"
    degraded_chance: float = Field(ge=0, le=1)


class Compute(Section):
    """``compute``: processes, device and precision.

    Attributes:
        workers: processes for rendering, extraction and loading; 0: one per core. With 1,
            frames and faces are made in the stage's own process: one that crashes ends it.
        device: where networks run; ``auto``: a GPU if there is one.
        devices: GPUs of a machine to train on; with ``cpu``, processes.
        nodes: machines to train on together, each started by its own command (docs/training.md).
        compile: let torch compile the network; only on a GPU, because it was slower on a CPU.
        tensorboard: write the losses for TensorBoard, too, into ``.work/tensorboard``.
        precision: Lightning's name of the precision for training. ``auto``: ``bf16-mixed`` on an
            NVIDIA or AMD GPU that supports it, else ``32-true``. Embedding uses it only on a GPU
            and only if it is not ``auto``, so that scores are the same on every machine.
        block_videos: videos per block of work; a killed stage loses at most the open blocks.
        block_seconds: time limit of a block, and of each of its videos when they are tried alone:
            a decoder that hangs is killed. Keep it generous; it never changes results.
        engine: ``local``: frames and faces are made on this machine; ``dask``: on the machines of
            a Dask cluster, as many processes as its workers have threads, whatever ``workers`` is.
        scheduler: address of Dask's scheduler, ``tcp://HOST:PORT``; empty: there is none.
        checkpoint_seconds: time between two checkpoints of a training; if killed, it loses at most
            the steps since the last. 0: after every step.
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
    block_seconds: float = Field(gt=0, le=1_000_000)
    engine: Literal["local", "dask"]
    scheduler: str
    checkpoint_seconds: float = Field(ge=0)

    @field_validator("scheduler")
    @classmethod
    def _named(cls, scheduler: str, others: ValidationInfo) -> str:
        if not scheduler and others.data.get("engine") == "dask":
            raise ValueError("engine is dask: name its scheduler, for example tcp://head:8786")
        return scheduler


def _plain_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", name):
        raise ValueError(
            "a dataset's name has only lower-case letters, digits and _ (it names files)"
        )
    return name


DatasetName = Annotated[str, AfterValidator(_plain_name)]


class Dataset(BaseModel):
    """The keys that every dataset has; its adapter checks the others.

    They are left open here, so that a new adapter, or a new key of one, changes no module that
    the extraction depends on (`catalog.registry.settings_of`).

    Attributes:
        adapter: the file in ``catalog/adapters`` that lists its videos.
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
