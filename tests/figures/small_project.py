"""What the stages before ``maps`` and ``figures`` leave, in small."""

from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.shards import ShardWriter
from deepfake_attribution.evaluate.protocol import Protocol

HEADS = ("binary", "attribution", "triplet", "arcface")
SEEDS = (1, 2)
APPROACHES = ("Binary", "Attribution", "TripletLoss-NN", "ArcFaceMod-NN")
TRAINED = ("real", "mouth", "swap")
ATTACKS = {"one": TRAINED, "new": ("real", "morph"), "few": ("morph",)}
DATASETS = list(ATTACKS)
PEOPLE = {"one": 4, "new": 3, "few": 1}  # in each split
CROPS = 5
PROTOCOL = Protocol(["one"], ["one", "new", "few"], {"few": "new"}, {})
GREY = {"real": 60, "mouth": 120, "swap": 180, "morph": 240}


def catalog(dataset: str) -> pd.DataFrame:
    splits = ("train", "val", "test") if dataset == "one" else ("test",)
    rows = []
    for split in splits:
        for attack in ATTACKS[dataset]:
            for person in range(PEOPLE[dataset]):
                name = f"{split}-{person}"
                rows.append(
                    {"video": f"{dataset}/{attack}/-/{name}", "dataset": dataset}
                    | {"path": f"{attack}/{name}.mp4", "attack": attack, "split": split}
                    | {"identity": name, "donor": "", "source": f"real/{name}.mp4"}
                    | {"compression": ""}
                )
    return pd.DataFrame(rows)


def crops(dataset: str) -> pd.DataFrame:
    """Return one row per crop, embeddings in a cluster per class."""
    videos = catalog(dataset)
    table = videos.loc[videos.index.repeat(CROPS)].reset_index(drop=True)
    table["slot"] = np.tile(np.arange(CROPS), len(videos))
    table["person"] = 0
    table["frame"] = table["slot"] * 10
    random = np.random.default_rng(1)
    directions = np.eye(8)[[list(GREY).index(attack) for attack in table["attack"]]]
    vectors = directions + 0.1 * random.standard_normal(directions.shape)
    table["embedding"] = list(vectors.astype(np.float32))
    real = np.where(table["attack"] == "real", 0.8, 0.2) + 0.01 * table["slot"]
    table["probabilities"] = list(np.stack([real, 1 - real], axis=1).astype(np.float32))
    table["predicted"] = np.where(table["attack"] == "morph", "swap", table["attack"])
    return table


def scores() -> pd.DataFrame:
    """Return one row per crop of the val and test parts, for one approach."""
    parts = pd.concat([crops(name) for name in ATTACKS], ignore_index=True)
    parts = parts[parts["split"] != "train"]
    share = np.stack(parts["probabilities"])[:, 0].astype(np.float64)
    return parts[["video", "slot", "person", "predicted"]].assign(score=share)


def write_faces(dataset: str) -> None:
    """Write one plain grey crop per video and slot; a class has its shade."""
    folder, rows = paths.faces(dataset), []
    with ShardWriter(folder) as writer:
        for row in crops(dataset).itertuples(index=False):
            picture = np.full((32, 32, 3), GREY[row.attack] + row.slot, np.uint8)
            member = writer.add(f"{row.video}/{row.slot}.png", images.encode(picture, "png", 0))
            about = {"video": row.video, "slot": row.slot, "person": 0, "status": "ok"}
            rows.append(about | vars(member))
    tables.write(pd.DataFrame(rows), paths.index(folder))


def write_settings() -> None:
    """Write params.yaml: this repository's, of the small project's datasets and seeds."""
    yaml = YAML()
    settings = yaml.load(Path(__file__).parents[2] / "params.yaml")
    settings["datasets"] = {name: {"adapter": "rendered", "root": name} for name in DATASETS}
    settings["superset"]["datasets"] = list(PROTOCOL.training)
    settings["databases"]["reals_from"] = dict(PROTOCOL.reals_from)
    settings["train"]["seeds"] = list(SEEDS)
    yaml.dump(settings, Path("params.yaml"))
