"""Join the training datasets: python stages/superset.py."""

from collections import Counter

import own_code  # noqa: F401
from deepfake_attribution.catalog.leaks import idle, overlap
from deepfake_attribution.catalog.superset import build, listed, untrained
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Superset


def main() -> None:
    """Write the table of all crops to train and select on."""
    datasets = load(Superset).datasets
    table = build(datasets)
    tables.write(table, paths.SUPERSET)
    for line in untrained(datasets):
        print(line)
    for line in idle(listed(list(load(Datasets).root)), datasets).values():
        print(line)
    for row in overlap(listed(datasets), datasets).itertuples(index=False):
        print(
            f"known overlap: {row.dataset}: {row.test_videos} test videos share {row.kind} with "
            f"{row.trained_videos} trained on ({row.shared}: {row.names})"
        )
    counts = Counter(table["split"] + " " + table["attack"])
    totals = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"{len(table)} crops: {totals}")


if __name__ == "__main__":
    run(main)
