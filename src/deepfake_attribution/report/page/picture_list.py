"""The list of pictures that the stage ``figures`` writes beside them."""

import json
from pathlib import Path
from typing import Any

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError


def read(folder: Path) -> list[dict[str, Any]]:
    """Return an entry for each picture in ``folder``, also for one that could not be drawn.

    Raises:
        UserError: there is no list, or it is damaged.
    """
    path = folder / paths.PICTURE_LIST
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro figures` makes it") from None
    except ValueError as error:
        raise UserError(
            f"{path}: not the list that the stage 'figures' writes ({error}): "
            "`dvc repro --force --single-item figures` makes it anew"
        ) from None
