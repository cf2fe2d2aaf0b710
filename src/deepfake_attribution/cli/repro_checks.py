"""What `repro` checks before DVC starts: settings and folders that DVC would stop at.

DVC fills names of params.yaml into dvc.yaml before any stage runs, so the stage `settings` cannot
say which of them is mistyped; and the run stops at the first dataset whose folder is missing.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from deepfake_attribution.catalog.registry import check_settings, list_videos
from deepfake_attribution.cli.all_settings import CONSISTENT, SECTIONS, all_of
from deepfake_attribution.cli.stage_outputs import writer
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, check_names, load, read, validate
from deepfake_attribution.core.settings import Dataset, Datasets

# With these alone every stage is looked at, so that each mistake stops the run.
HARMLESS = (
    *("-f", "--force", "-q", "--quiet", "-v", "--verbose"),
    *("--force-downstream", "--no-commit", "--no-run-cache"),
)
NEEDED = ("settings", "catalog")  # stages that use the settings and the folders


def run_all(arguments: Sequence[str]) -> bool:
    """Return whether ``dvc repro`` with these arguments runs the whole pipeline."""
    return {*arguments} <= {*HARMLESS}


def check_sections(stages: Collection[str]) -> None:
    """Check each section of params.yaml, and that they fit together.

    What needs torch is left to the stage `settings`: sections of heads, and checks of heads.

    Args:
        stages: kinds of the stages of dvc.yaml; another pipeline may have other settings.

    Raises:
        UserError: a line for each of the first mistakes.
    """
    if not PARAMS.exists() or not {*NEEDED} <= {*stages}:
        return
    content = read(PARAMS)
    check_names(content, PARAMS)
    all_of(partial(validate, model, content, PARAMS) for model in SECTIONS)
    all_of(partial(one, content, PARAMS) for one in CONSISTENT)
    check_settings(load(Datasets).root)


def check_roots(stages: Collection[str]) -> None:
    """Check that each dataset's folder is there, and the manifest in it.

    A folder that a stage or DVC writes may be missing.

    Raises:
        UserError: a line for each of the first that are missing, as `doctor` has it.
    """
    if not PARAMS.exists() or not {*NEEDED} <= {*stages}:
        return
    datasets = load(Datasets).root
    gone = (name for name, dataset in datasets.items() if _is_missing(dataset))
    all_of(partial(_list, name, datasets) for name in gone)


def _is_missing(dataset: Dataset) -> bool:
    root = Path(dataset.root)
    if writer(root):
        return False
    if root.exists():
        manifest = (dataset.model_extra or {}).get("manifest")  # of adapters that read one
        return manifest is not None and not (root / manifest).exists()
    tracked = (path.with_name(f"{path.name}.dvc") for path in (root, *root.parents) if path.name)
    return not any(path.exists() for path in tracked)


def _list(name: str, datasets: Mapping[str, Dataset]) -> None:
    """List a dataset that is missing, which ends at once with the adapter's message."""
    try:
        list_videos(name, datasets)
    except OSError as error:
        where = error.filename or datasets[name].root
        raise UserError(f"datasets.{name}: {where}: {error.strerror or error}") from None
