"""The tables of losses that trainings write."""

import pandas as pd

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError


def read(head: str, seed: int) -> pd.DataFrame:
    """Return ``epoch``, ``train_loss``, ``val_loss`` and ``val_auc`` (percent) of a training.

    Raises:
        UserError: there is no such table, or it is empty.
    """
    path = paths.model(head, seed) / paths.CURVE
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro train@{head}` makes it") from None
    except pd.errors.EmptyDataError:
        raise UserError(f"{path}: empty; `dvc repro --force train@{head}` makes it anew") from None
