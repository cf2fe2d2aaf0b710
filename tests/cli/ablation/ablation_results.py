"""Results of made-up experiments on two datasets, here and there."""

import pandas as pd

PARAMS = {
    "seed": 1,
    "datasets": {name: {"adapter": "manifest", "root": name} for name in ("here", "there")},
    "superset": {"datasets": ["here"]},
    "databases": {"reals_from": {}, "families": {}, "published": {}, "compared_on": []},
    "uncertainty": {"draws": 200, "level": 95},
}


def catalog(name: str, sources: int = 12) -> pd.DataFrame:
    rows = [
        (f"{name}/{attack}/{n}", attack, split, f"clip {split} {n}")
        for split in ("test", "val")
        for n in range(sources)
        for attack in ("real", "swap")
    ]
    table = pd.DataFrame(rows, columns=["video", "attack", "split", "source"])
    table["video"] += table["split"]
    return table.assign(dataset=name, compression="c23")


def scores_of(videos: pd.DataFrame, right: float, seeds: tuple[int, ...] = (1, 2)) -> pd.DataFrame:
    """Return scores of approach A that are right for the first share of the source videos."""
    number = videos["source"].str.split().str[-1].astype(int)
    real = (videos["attack"] == "real") == (number < right * 12)
    told = videos[["video", "split"]].assign(approach="A", score=real.astype(float))
    return pd.concat([told.assign(seed=seed) for seed in seeds])


def row(approach: str, seed: int, database: str, auc: float, **other: object) -> dict:
    told = {"attack": "all", "level": "video", "compression": "c23", "hter": auc / 10}
    return told | {
        "approach": approach,
        "seed": seed,
        "database": database,
        "auc": auc,
        "n_real": 3,
        "n_fake": 5,
        **other,
    }


def figures_of(seeds: tuple[int, ...] = (1, 2)) -> pd.DataFrame:
    return pd.DataFrame([row("A", seed, "there", 50.0, threshold=0.5) for seed in seeds])
