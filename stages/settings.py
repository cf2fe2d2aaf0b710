"""Check all settings before any other stage runs: python stages/settings.py.

DVC removes the outputs of a stage before its command runs. So a mistake in params.yaml must end a
run here, where nothing else is removed.
"""

import own_code  # noqa: F401
from deepfake_attribution.catalog.registry import check_settings
from deepfake_attribution.cli.all_settings import check
from deepfake_attribution.cli.outside_names import check_outside
from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError, run
from deepfake_attribution.core.params import PARAMS, load, read
from deepfake_attribution.core.settings import Datasets


def main() -> None:
    """Write `paths.SETTINGS`, always the same text, so that no other stage runs because of it."""
    try:
        content = read(PARAMS)
        check(content, PARAMS)
        check_settings(load(Datasets).root)
        check_outside(content, PARAMS)
    except UserError as error:
        raise UserError(
            *error.args,
            f"(no other stage has run: correct it in {PARAMS}, where `dvc exp run -S` writes its "
            "values)",
        ) from None
    write(b"All settings are valid.\n", paths.SETTINGS)


if __name__ == "__main__":
    run(main)
