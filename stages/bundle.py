"""Export the best approach as a bundle: python stages/bundle.py."""

import own_code  # noqa: F401
from deepfake_attribution.analyse.bundle.exporting import export, size
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.evaluate import headline


def main() -> None:
    """Write bundles/best: the approach with the lowest validation HTER, first seed.

    If another approach names attacks better on validation videos, it is in the bundle, too.

    Its figures go to ``metrics/best.json``: the first columns of `dvc exp show`.
    """
    bundle = gather()
    export(bundle, paths.BUNDLE, force=True)
    headline.write_best(bundle.record.head, bundle.record.approach)
    print(f"{bundle.record.approach}: {paths.BUNDLE}, {size(paths.BUNDLE) / 1e6:.1f} MB")


if __name__ == "__main__":
    run(main)
