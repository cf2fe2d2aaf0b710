"""Makes a stage run the code of its own repository: imported before the package.

The environment's package may be another tree's: in a second worktree, in a copied folder, and in
the copies in which DVC runs experiments. dvc.lock would then record code that did not run.
"""

import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
sys.path.insert(0, str(SOURCE))

import deepfake_attribution  # noqa: E402

if SOURCE not in Path(deepfake_attribution.__file__ or "").resolve().parents:
    sys.exit(
        f"error: {deepfake_attribution.__file__}: this is not the code of {SOURCE}, which dvc.lock "
        "would record: run this with the environment of that folder (`make demo` makes it)"
    )
