"""The catalogs of all datasets in full size: names, CPU seconds, peak memory.

    python benchmarks/catalog.py               # some 500,000 files; minutes
    python benchmarks/catalog.py --only dfdc   # to see that it works

The trees are those of the tests, with every name and every list, and empty files: the stage
`catalog` opens lists alone, no video. The stage runs as DVC runs it, once for each dataset in a
process of its own. Then, in one process each: `doctor --content none`, which lists all of them,
and the checks for leaks between splits on all catalogs together. Prints Markdown and writes
`catalog.json`.

Names are the files below a dataset's root. FaceForensics++ and DFD share theirs; OpenForensics is
of pictures, and of DF40's clips each has one frame.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from deepfake_attribution.catalog.adapters.df40 import METHODS as ALL
from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.media_files import files_below
from measure import machine
from processes import used

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("catalog.json")
TESTS = ROOT / "tests"  # their trees are used
PICTURES = {"Train": 44_122, "Val": 7_308, "Test-Dev": 18_895, "Test-Challenge": 45_000}
METHODS = {domain: list(methods) for domain, methods in ALL.items()}
FF = "faceforensics"
OWN = 100_000  # videos of one's own, in folders and in a manifest
MADE_UP = ("own_folder", "own_manifest")  # not a published dataset
# What doctor and the stage superset check on catalogs, without any crop.
CHECKS = """
from pathlib import Path
import pandas as pd
from deepfake_attribution.catalog import leaks
from deepfake_attribution.catalog.superset import check_compressions, untrained
from deepfake_attribution.core import tables
parts = {path.stem: tables.read(path) for path in sorted(Path("data/catalog").glob("*.parquet"))}
videos = pd.concat(parts.values(), ignore_index=True)
for own in parts.values():
    leaks.check_splits(own)
trained = [name for name, own in parts.items() if (own["split"] == "train").any()]
leaks.idle(videos, trained)
leaks.overlap(videos, trained)
check_compressions(videos)
untrained(trained)
"""


@dataclass(frozen=True)
class Row:
    """One dataset, or all of them.

    Attributes:
        name: of the dataset, or of what was done.
        names: files below its root; 0: its root is that of a dataset above.
        videos: that it lists.
        cpu: seconds, user and system.
        memory_mb: peak of resident memory.
    """

    name: str
    names: int
    videos: int
    cpu: float
    memory_mb: float


def main() -> None:
    """Make the trees, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="DATASET", help="some; writes no file")
    chosen = parser.parse_args()
    memory = Path("/dev/shm")  # on a disk half a million files take long to make and to remove
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        os.chdir(ROOT)  # profiles name files of protocols/
        rows = measured(Path(folder), chosen.only or [])
    print(markdown(rows))
    if not chosen.only:
        content = {"machine": machine(), "rows": [asdict(row) for row in rows]}
        temporary = RESULTS.with_suffix(".tmp")
        temporary.write_text(json.dumps(content, indent=2) + "\n")
        temporary.replace(RESULTS)


def measured(place: Path, only: Sequence[str]) -> list[Row]:
    """Return a row for each dataset, for their sum, and for what is done with all."""
    datasets = trees(place / "trees", only)
    project(place, datasets)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path])}
    rows = []
    counted: set[str] = set()
    for name, about in datasets.items():
        names = 0 if about["root"] in counted else sum(1 for _ in files_below(Path(about["root"])))
        counted.add(about["root"])
        print(f"{name}: {names} names ...", file=sys.stderr, flush=True)
        took = used([sys.executable, str(ROOT / "stages/catalog.py"), name], place, environment)
        videos = len(tables.read(place / paths.catalog(name), columns=["video"]))
        rows.append(Row(name, names, videos, round(took.cpu, 2), round(took.own)))
    own = [row for row in rows if row.name in MADE_UP]
    rows = [row for row in rows if row not in own]
    names, videos = sum(row.names for row in rows), sum(row.videos for row in rows)
    cpu = round(sum(row.cpu for row in rows), 2)
    rows.append(Row("all of these, each alone", names, videos, cpu, max(r.memory_mb for r in rows)))
    for name in MADE_UP:
        (place / paths.catalog(name)).unlink(missing_ok=True)
    project(place, {name: about for name, about in datasets.items() if name not in MADE_UP})
    call = "from deepfake_attribution.cli.main import app; app()"
    for name, program in (
        (
            "`doctor --content none`: all of these in one process",
            [call, "doctor", "--content", "none"],
        ),
        ("checks for leaks, on all of these catalogs", [CHECKS]),
    ):
        print(f"{name} ...", file=sys.stderr, flush=True)
        took = used([sys.executable, "-c", *program], place, environment)
        rows.append(Row(name, names, videos, round(took.cpu, 2), round(took.own)))
    return rows + own


def trees(root: Path, only: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Make the trees of the datasets below ``root``; return their sections of params.yaml.

    With ``only``, of these datasets; what they take their splits from must be named, too.
    """
    sys.path.append(str(TESTS))
    import df40_tree  # type: ignore[import-not-found]
    import full_trees  # type: ignore[import-not-found]
    import further_trees  # type: ignore[import-not-found]
    import name_trees  # type: ignore[import-not-found]
    from tree_forensics import pairs_of  # type: ignore[import-not-found]

    found = name_trees.datasets(root, small=False) | further_trees.datasets(root, full=True)
    datasets = {name: one.model_dump() for name, one in found.items()} | others(root)
    datasets = {name: about for name, about in datasets.items() if not only or name in only}
    for name in dict.fromkeys(Path(about["root"]).name for about in datasets.values()):
        if name in further_trees.TREES:
            further_trees.build(root, name, full=True)
        elif name == "df40":
            celebrities = [
                Path(line).stem
                for line in (root / "celeb_df/List_of_testing_videos.txt").read_text().split()
                if "synthesis" in line
            ]
            df40_tree.build(root / name, pairs_of(full_trees.SIZES), celebrities, frames=1)
        elif name == "openforensics":
            pictures(root / name)
        elif name == "own":
            own_videos(root / name)
        else:
            full_trees.build(root, name)
    return datasets


def others(root: Path) -> dict[str, dict[str, Any]]:
    """Return the sections of params.yaml of the datasets whose trees are made here, or of DF40."""
    df40 = {"adapter": "df40", "root": str(root / "df40"), "reals": True, "images": 1}
    return {
        "df40_ff": df40 | {"domain": "ff", "methods": METHODS["ff"], "splits_from": FF},
        "df40_cdf": df40 | {"domain": "cdf", "methods": METHODS["cdf"], "splits_from": "celeb_df"},
        "openforensics": {
            **{"adapter": "openforensics", "root": str(root / "openforensics")},
            "tests": ["Test-Dev", "Test-Challenge"],
        },
        "own_folder": {
            **{"adapter": "folder", "root": str(root / "own"), "val": 0.1, "test": 0.2, "seed": 1}
        },
        "own_manifest": {
            **{"adapter": "manifest", "root": str(root / "own"), "manifest": "list.csv"}
        },
    }


def pictures(root: Path) -> None:
    """Write a tree of OpenForensics: lists in COCO's form, and empty pictures of two faces each."""
    categories = [{"id": 0, "name": "Real"}, {"id": 1, "name": "Fake"}]
    for part, count in PICTURES.items():
        place = root / "Images" / part
        place.mkdir(parents=True)
        names = [f"{part}/{number:010x}.jpg" for number in range(count)]
        for name in names:
            touch(f"{root}/Images/{name}")
        images = [{"id": at, "file_name": f"Images/{name}"} for at, name in enumerate(names)]
        faces = [
            {"image_id": at, "category_id": kind, "bbox": [60 * kind, 10, 50, 60]}
            for at in range(count)
            for kind in (0, at % 2)
        ]
        content = {"categories": categories, "images": images, "annotations": faces}
        (root / f"{part}_poly.json").write_text(json.dumps(content))


def own_videos(root: Path) -> None:
    """Write `OWN` empty videos in a folder for each class, and a manifest that lists them."""
    rows = ["path,attack,split,identity"]
    for number in range(OWN):
        attack = ("real", "swap")[number % 2]
        if number < 2:
            (root / attack).mkdir(parents=True)
        split = ("train", "val", "test")[number // 2 % 3]
        name = f"{attack}/{number // 2:06d}.mp4"
        touch(f"{root}/{name}")
        rows.append(f"{name},{attack},{split},p{number // 2}")
    (root / "list.csv").write_text("\n".join(rows) + "\n")


def touch(path: str) -> None:
    """Make an empty file; with strings, because paths would take half of the time."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))


def project(place: Path, datasets: dict[str, dict[str, Any]]) -> None:
    """Write params.yaml: the paper profile with these datasets.

    All files are empty, so any share of the videos may give no frame.
    """
    shutil.copytree(ROOT / "protocols", place / "protocols", dirs_exist_ok=True)
    settings = profile("paper", ROOT / "profiles")
    settings["datasets"] = datasets
    settings["extract"]["max_failed"] = 1.0
    training = [name for name in settings["superset"]["datasets"] if name in datasets]
    settings["superset"]["datasets"] = training or list(datasets)[:1]
    settings["databases"] |= {"reals_from": {}, "families": {}, "published": {}, "compared_on": []}
    YAML().dump(settings, place / "params.yaml")


def markdown(rows: Sequence[Row]) -> str:
    """Return the table of docs/scale.md."""
    lines = ["| | names | videos | CPU s | peak memory, MB |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.name} | {row.names:,} | {row.videos:,} | {row.cpu:.1f} | {row.memory_mb:.0f} |"
        for row in rows
    ]
    return "\n".join([f"Measured on: {machine()}.", "", *lines])


if __name__ == "__main__":
    main()
