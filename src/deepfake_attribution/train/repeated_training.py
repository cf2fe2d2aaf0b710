"""One head trained once per seed: what the ``train`` stage does.

DVC removes a stage's outputs before it starts the stage, so each seed's result is kept next to the
checkpoints until the last seed is finished, and is copied to the outputs then.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pandas as pd

from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import claim, discard, put, write
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.train.processes import check, is_first, together
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.training import identity, train


def train_all(
    recipes: Mapping[Path, Recipe],
    table: pd.DataFrame,
    faces: Path,
    compute: Compute,
    checkpoints: Path,
    curve: Path,
) -> None:
    """Train a head with each seed, and print which epochs are kept.

    After a stop at any moment, a new run skips the seeds that are finished, resumes the one that
    is not, and ends with the same files. Each of several processes calls this, with
    the same folders; the first of them writes.

    Args:
        recipes: folder for weights, description and curve -> what is trained into it: one head,
            a recipe per seed.
        table: the superset.
        faces: folder that its shards are relative to.
        checkpoints: folder for unfinished training; what is this head's is removed at the end.
        curve: file for a copy of the first seed's curve.

    Raises:
        UserError: as `training.train`, or another process trains this head, or the processes that
            were started are not ``compute.devices`` x ``compute.nodes``.
    """
    count = compute.devices * compute.nodes
    check(count)
    head = next(iter(recipes.values())).head
    names = [f"{head}-{identity(recipe, table, compute)}" for recipe in recipes.values()]
    finished = [checkpoints / f"{name}-finished" for name in names]
    with _alone(checkpoints / head), together(checkpoints / head, count):
        for recipe, name, done in zip(recipes.values(), names, finished, strict=True):
            if done.is_dir():
                if is_first():
                    print(f"{head}, seed {recipe.seed}: is trained already", flush=True)
                continue
            temporary = done.with_name(f".{done.name}.tmp")
            line = train(recipe, table, faces, compute, checkpoints / name, temporary)
            if is_first():
                put(temporary, done)
                discard(checkpoints / name)
                print(line, flush=True)
        if is_first():
            for out, done in zip(recipes, finished, strict=True):
                _copy(done, out)
            write((finished[0] / paths.CURVE).read_bytes(), curve)
            for name, done in zip(names, finished, strict=True):
                discard(checkpoints / name)  # still there where a run was killed before this
                discard(done)


def _copy(folder: Path, out: Path) -> None:
    for file in sorted(folder.iterdir()):
        write(file.read_bytes(), out / file.name)


def _alone(folder: Path) -> AbstractContextManager[None]:
    """Keep out a second training of this head, but not the other processes of this one."""
    return claim(folder) if is_first() else nullcontext()
