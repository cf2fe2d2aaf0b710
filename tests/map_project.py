"""Maps on disk as the stages leave them, of any size, and a small page that shows them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.shards import ShardWriter
from deepfake_attribution.evidence_maps import files
from deepfake_attribution.figures import maps
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.report.page import map_part

CLASSES = Classes(["real", "mouth", "swap"], ["morph"])
HEADS = {"binary": "Binary", "attribution": "Attribution", "triplet": "T-NN", "arcface": "A-NN"}
PREDICTIONS = {"binary": "threshold", "attribution": "own", "triplet": "nn", "arcface": "nn"}
SCORED = {"triplet": "TripletLoss-NN", "arcface": "ArcFaceMod-NN"}
FRAMES = 15
MAPPED = "one/real/c23/clip-00000"  # video with an evidence map
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root { color-scheme: light dark; } * { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1160px; padding: 1rem; font: 16px/1.5 sans-serif; }</style>
{% for name in map.styles %}<link rel="stylesheet" href="page/{{ name }}">{% endfor %}
<script src="page/page.js"></script>
<script defer src="page/plotly.min.js"></script>
{% for name in map.scripts %}<script defer src="page/{{ name }}"></script>{% endfor %}
</head><body><h1>Results</h1>{% include "map.html.j2" %}</body></html>
"""


def crops(videos: int) -> pd.DataFrame:
    """Return `FRAMES` crops of each video; classes and two databases take turns."""
    attack = np.array(CLASSES.names())[np.arange(videos) % 4]
    dataset = np.where(np.arange(videos) % 3 == 0, "one", "two")
    names = [
        f"{d}/{a}/c23/clip-{n:05d}" for n, (d, a) in enumerate(zip(dataset, attack, strict=True))
    ]
    table = pd.DataFrame({"video": names, "dataset": dataset, "attack": attack})
    table = table.loc[table.index.repeat(FRAMES)].reset_index(drop=True)
    return table.assign(slot=np.tile(np.arange(FRAMES), videos), person=0)


def points(videos: int) -> pd.DataFrame:
    """Return a map: a cloud for each class, every tenth crop called ``swap``."""
    random = np.random.default_rng(1)
    table = crops(videos)
    place = table["attack"].map(CLASSES.names().index).to_numpy()
    angle = place * np.pi / 2
    count = len(table)
    near = [[(row + FRAMES * step) % count for step in range(1, 4)] for row in range(count)]
    return table.assign(
        map="combined",
        x=(30 * np.cos(angle) + 8 * random.standard_normal(count)).astype(np.float32),
        y=(30 * np.sin(angle) + 8 * random.standard_normal(count)).astype(np.float32),
        predicted=np.where(np.arange(count) % 10 == 0, "swap", table["attack"]),
        neighbours=near,
    )


def score(table: pd.DataFrame) -> np.ndarray:
    """Return P(real) of each crop."""
    return np.where(table["attack"] == "real", 0.9, 0.1) + 0.001 * table["slot"].to_numpy()


def shade(row: int) -> int:
    """Return the grey value of the crop in a row of `crops`."""
    return 40 + 13 * row % 200


def build(videos: int, heads: tuple[str, ...] = tuple(HEADS)) -> None:
    """Write the tables and shards of ``videos`` videos into the current folder."""
    made = points(videos)
    for dataset, rows in made.groupby("dataset"):
        _write_faces(str(dataset), rows)
        listed = rows.drop_duplicates("video")[["video", "dataset", "attack"]]
        about = {"compression": "c23", "split": "test", "identity": "", "source": ""}
        tables.write(listed.assign(**about), paths.catalog(str(dataset)))
    pictures = []
    for head, name in HEADS.items():
        shown = made if head in heads else made.head(0)
        if head == "binary":
            shown = shown.assign(predicted=np.where(shown["predicted"] == "real", "real", "fake"))
        about = {"map": "combined", "datasets": ["one", "two"], "predictions": PREDICTIONS[head]}
        about |= {
            "metric": "cosine",
            "perplexity": 30.0,
            "components": None,
            "crops": len(shown),
            "of": len(made),
        }
        about["reason"] = "" if len(shown) else "5 crops are too few"
        maps.write(maps.Made(shown, pd.DataFrame([about])), head)
        scored = made[["video", "slot", "person"]].assign(score=score(made), seed=1)
        if head == "arcface":
            scored.loc[0, "score"] = np.nan
        approach = SCORED.get(head, name)
        tables.write(scored.assign(approach=approach), paths.frame_scores(head))
        result = {"approach": approach, "seed": 1, "level": "frame", "threshold": 0.5}
        tables.write(pd.DataFrame([result]), paths.results(head) / "figures.parquet")
        file = f"tsne-{head}-combined.png" if len(shown) else ""
        pictures.append(
            {"section": "maps", "group": name, "file": file, "title": f"{name} on one + two"}
            | {"caption": "A point is a crop." if file else "No map."}
        )
        paths.pictures().mkdir(parents=True, exist_ok=True)
        if file:
            grey = np.full((40, 60, 3), 200, np.uint8)
            (paths.pictures() / file).write_bytes(images.encode(grey, "png", 0))
    (paths.pictures() / paths.PICTURE_LIST).write_text(json.dumps(pictures))


def _write_faces(dataset: str, rows: pd.DataFrame) -> None:
    """Write a grey crop, with a pattern, for each row; and of the first video a frame without."""
    folder, listed = paths.faces(dataset), []
    pattern = np.random.default_rng(2).integers(0, 16, (80, 80, 3)).astype(np.uint8)
    with ShardWriter(folder) as writer:
        for row, video, slot in zip(rows.index, rows["video"], rows["slot"], strict=True):
            picture = images.encode(shade(row) + pattern, "jpeg", 90)
            member = vars(writer.add(f"{row}.jpg", picture))
            about = {"video": video, "slot": slot, "person": 0, "frame": 8 * slot, "faces": 1}
            listed.append(about | {"status": "ok", "reason": ""} | member)
    gone = {"video": rows["video"].iloc[0], "slot": FRAMES, "person": 0, "frame": 8 * FRAMES}
    listed.append(gone | {"faces": 0, "status": "no_face", "reason": "nobody is seen"})
    tables.write(pd.DataFrame(listed), paths.index(folder))


def write_page(plotly: bytes | None) -> Path:
    """Write reports/page and a page around the maps; return the page."""
    part = map_part.write(paths.REPORTS / "page", paths.pictures(), CLASSES, 1, _evidence())
    (paths.REPORTS / "page" / "page.js").write_bytes((map_part.HERE / "page.js").read_bytes())
    if plotly is not None:
        (paths.REPORTS / "page" / "plotly.min.js").write_bytes(plotly)
    environment = Environment(
        loader=FileSystemLoader(map_part.HERE), autoescape=True, undefined=StrictUndefined
    )
    paths.page().write_text(environment.from_string(PAGE).render(map=part))
    return paths.page()


def _evidence() -> list[dict]:
    """Return an evidence map of one video by each approach: a pattern."""
    side = files.DRAWN_SIDE
    pattern = np.random.default_rng(3).integers(0, 256, (side, side, 3)).astype(np.uint8)
    about = {"dataset": "one", "video": MAPPED, "slot": 1}
    about |= {"picture": images.encode(pattern, "jpeg", 90)}
    return [{"approach": name} | about for name in ("Binary", "ArcFaceMod-NN")]
