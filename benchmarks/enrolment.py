"""How many clips make a new attack known, and do the paper's losses help?

    python benchmarks/enrolment.py [--draws 20] [--sizes 1 5 10 25] [--picture FILE]

Runs in the folder of a finished demo, on its embeddings; nothing is trained. For each attack that
was never trained on, k of its clips join the known crops (the validation crops of the databases
trained on), the same classifier is fitted on the embeddings of each head, and the other clips are
asked. The clips are drawn several times, the same ones for every head. Nobody who is seen in an
enrolled clip, as target or donor, is in the part that is asked.

- recognised: clips of the attack whose most probable class is the attack;
- misnamed: reals and other attacks of the same database that get this name. Clips of a new camera
  differ from all known ones by their camera, too: what is learnt may be the camera;
- AUC: how often a clip of the attack gets a higher P(attack) than one of these others. Unlike the
  two shares it does not depend on how few clips of the attack there are to fit on.

Once with the fakes alone, and once with the real videos of the same people as further reals.
Attribution and Binary have a long embedding, the layer before the last; so they are there a second
time with as many principal components as the paper's losses have numbers (of the crops fitted on).

Intervals: 95 %, from draws and people, resampled together. A difference between two heads is of the
same draws and people; where its interval holds 0 nothing is shown. All is of one training of each
head: another training seed may turn out otherwise.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core import durable, paths, tables
from deepfake_attribution.core.embedding_tables import by_direction, read_embeddings
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Superset
from deepfake_attribution.core.video import REAL
from deepfake_attribution.heads.registry import about
from measure import options

# name -> head, and the number of its principal components that are used; None: its embedding
FEATURES: dict[str, tuple[str, int | None]] = {
    "TripletLoss": ("triplet", None),
    "ArcFaceMod": ("arcface", None),
    "Attribution": ("attribution", None),
    "Binary": ("binary", None),
    "Attribution-64": ("attribution", 64),
    "Binary-64": ("binary", 64),
}
PAPER, PLAIN = list(FEATURES)[:2], list(FEATURES)[2:]
PAIRS = tuple(product(PAPER, PLAIN))
UNSEEN = ("demo_unseen", "demo_selection")
CLASSIFIERS = {"lr": "logistic regression", "nn": "nearest neighbours"}
MEASURES = ("recognised", "reals_misnamed", "attacks_misnamed", "auc")
WAYS = {False: "fakes alone", True: "with reals of their camera"}
DRAWN = "lr"  # the classifier of the picture
BOOTSTRAP, CONFIDENCE = 1000, 95
PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "enrolment.png"
RESULTS = Path(__file__).with_name("enrolment.csv")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Videos:
    """Test videos of one attack (or of others) of a database, one per person.

    Attributes:
        people: (P,) who is seen.
        donors: (P,) whose face was put there; empty: nobody's.
        crops: of each video, (F, D).
    """

    people: list[str]
    donors: list[str]
    crops: list[Floats]


@dataclass(frozen=True)
class Asked:
    """What a classifier said in every draw; NaN where a video was not asked.

    Attributes:
        new: (D, P) P(attack) of the clips of the attack.
        named: (D, P) whether it is the most probable class.
        others: (D, G, P) P(attack) of reals, then of other attacks.
        misnamed: (D, G, P) whether it is their most probable class.
    """

    new: Floats
    named: Floats
    others: Floats
    misnamed: Floats


def main() -> None:
    """Measure, print a table, draw the picture."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--draws", type=int, default=20)
    words.add_argument("--sizes", type=int, nargs="+", default=[1, 5, 10, 25])
    words.add_argument("--seed", type=int, default=1, help="the training seed of the embeddings")
    words.add_argument("--picture", type=Path, default=PICTURE)
    words.add_argument("--results", type=Path, default=RESULTS)
    chosen = options(words)
    found = measure(chosen.sizes, chosen.draws, chosen.seed)
    rows = summarised(found, chosen.sizes, chosen.draws)
    print("\n".join(text(rows)))
    if chosen.keep or chosen.results != RESULTS:
        durable.write(pd.DataFrame(rows).to_csv(index=False).encode(), chosen.results)
    if chosen.keep or chosen.picture != PICTURE:
        draw(rows, chosen.sizes, chosen.picture)


def measure(
    sizes: Sequence[int], draws: int, seed: int
) -> dict[tuple[str, bool, str, str, int], Asked]:
    """Return (classifier, with reals, head, attack, size) -> what was said."""
    training = load(Superset).datasets
    found = {}
    for name, (head, components) in FEATURES.items():
        known = pd.concat(
            read_embeddings(paths.embeddings(head, dataset, seed), None, [("split", "==", "val")])
            for dataset in training
        )
        vectors, labels = np.stack(known["embedding"].to_list()), known["attack"].to_numpy(str)
        direction = about(head).fitted and by_direction(paths.embeddings(head, training[0], seed))
        for database in UNSEEN:
            videos = of_database(head, database, seed)
            for attack in sorted(set(videos) - set(labels.tolist())):
                for kind, way, size in product(CLASSIFIERS, WAYS, sizes):
                    model = pipeline(kind, direction, components)
                    asked = ask(vectors, labels, videos, attack, model, size, draws, way)
                    found[kind, way, name, attack, size] = asked
                print(f"{name} {attack}", file=sys.stderr, flush=True)
    return found


def of_database(head: str, database: str, seed: int) -> dict[str, Videos]:
    """Return class -> its test videos, of an unseen database."""
    catalog = tables.read(paths.catalog(database))
    catalog = catalog[catalog["split"] == "test"].sort_values(["identity", "video"])
    rows = read_embeddings(
        paths.embeddings(head, database, seed), ["video", "embedding"], [("split", "==", "test")]
    )
    crops = {video: np.stack(own["embedding"].to_list()) for video, own in rows.groupby("video")}
    found = {}
    for attack, own in catalog[catalog["video"].isin(crops)].groupby("attack"):
        people, donors = own["identity"].to_list(), own["donor"].to_list()
        found[str(attack)] = Videos(people, donors, [crops[video] for video in own["video"]])
    return found


def pipeline(kind: str, direction: bool, components: int | None = None) -> Any:
    """Return a classifier with the demo's settings, the same for every head."""
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler

    # a direction for the losses that train one; else dimensions of one scale
    steps: list[Any] = [Normalizer()] if direction else []
    steps += [StandardScaler()] if kind == "lr" or not direction else []
    if components is not None:
        steps.append(PCA(components, random_state=0))
    if kind == "nn":
        return make_pipeline(*steps, KNeighborsClassifier(14, algorithm="brute"))
    return make_pipeline(*steps, LogisticRegression(C=1.0, max_iter=1000))


def ask(
    vectors: Floats,
    labels: NDArray[np.str_],
    videos: Mapping[str, Videos],
    attack: str,
    model: Any,
    size: int,
    draws: int,
    with_reals: bool,
) -> Asked:
    """Return what a classifier says that knows ``size`` clips of an attack, in each draw.

    Args:
        vectors, labels: of the known crops.
        videos: from `of_database`.
        attack: one of them.
        model: pipeline, fitted here.
        size: clips enrolled.
        draws: how often other clips are enrolled.
        with_reals: whether the real videos of the enrolled people join as reals.
    """
    from sklearn.base import clone

    own, reals = videos[attack], videos[REAL]
    rest = [reals, *(one for name, one in videos.items() if name not in (attack, REAL))]
    everybody = sorted({person for one in videos.values() for person in one.people})
    count = len(everybody)
    asked = Asked(
        *(np.full((draws, count), np.nan) for _ in range(2)),
        *(np.full((draws, len(rest), count), np.nan) for _ in range(2)),
    )
    for number in range(draws):
        # the first clips of an order that does not depend on the head or the size
        chosen = np.random.default_rng(number).permutation(len(own.people))[:size]
        seen = {name for at in chosen for name in (own.people[at], own.donors[at]) if name}
        joined = [(attack, own.crops[at]) for at in chosen]
        if with_reals:
            theirs = [reals.people.index(own.people[at]) for at in chosen]
            joined += [(REAL, reals.crops[at]) for at in theirs]
        names = [name for name, crops in joined for _ in crops]
        fitted = clone(model).fit(
            np.concatenate([vectors, *(crops for _, crops in joined)]), np.append(labels, names)
        )
        place = list(fitted.classes_).index(attack)
        for group, target, named in (
            (own, asked.new[number], asked.named[number]),
            *zip(rest, asked.others[number], asked.misnamed[number], strict=True),
        ):
            free = [at for at in range(len(group.people)) if apart(group, at, seen)]
            if not free:
                continue
            crops = [group.crops[at] for at in free]
            said = fitted.predict_proba(np.concatenate(crops))
            ends = np.cumsum([len(one) for one in crops])[:-1]
            shares = np.stack([part.mean(axis=0) for part in np.split(said, ends)])
            at = [everybody.index(group.people[one]) for one in free]
            target[at], named[at] = shares[:, place], shares.argmax(axis=1) == place
    return asked


def apart(videos: Videos, at: int, seen: set[str]) -> bool:
    """Return whether nobody in a video is among ``seen``."""
    return videos.people[at] not in seen and videos.donors[at] not in seen


def drawn(asked: Asked, draws: Floats, people: Floats) -> dict[str, Floats]:
    """Return measure -> its value in each resampling, percent, (B,); the first is of all.

    Args:
        asked: of one head, attack and size.
        draws: (B, D) how often each draw is taken.
        people: (B, P) how often each person is.
    """
    groups = range(asked.others.shape[1])
    misnamed = [_share(asked.misnamed[:, at], draws, people) for at in groups]
    areas = [_auc(asked.new, asked.others[:, at], draws, people) for at in groups]
    return {
        "recognised": _share(asked.named, draws, people),
        "reals_misnamed": misnamed[0],
        "attacks_misnamed": np.mean(misnamed[1:], axis=0),
        "auc": np.mean(areas, axis=0),
    }


def _share(hits: Floats, draws: Floats, people: Floats) -> Floats:
    there = ~np.isnan(hits)
    above = ((draws @ np.where(there, hits, 0)) * people).sum(axis=1)
    return np.asarray(100 * above / ((draws @ there) * people).sum(axis=1))


def _auc(new: Floats, others: Floats, draws: Floats, people: Floats) -> Floats:
    """Return the AUC, over all pairs of a draw."""
    above, pairs = np.zeros(len(draws)), np.zeros(len(draws))
    for number in range(len(new)):
        there, against = ~np.isnan(new[number]), ~np.isnan(others[number])
        if not there.any() or not against.any():
            continue
        gap = new[number][there][:, None] - others[number][against][None, :]
        wins = (gap > 0) + 0.5 * (gap == 0)
        left, right = people[:, there], people[:, against]
        above += draws[:, number] * ((left @ wins) * right).sum(axis=1)
        pairs += draws[:, number] * left.sum(axis=1) * right.sum(axis=1)
    return np.asarray(100 * above / pairs)


def summarised(
    found: Mapping[tuple[str, bool, str, str, int], Asked], sizes: Sequence[int], draws: int
) -> list[dict[str, Any]]:
    """Return rows: each head's measures by size, the mean over the attacks, and differences."""
    attacks = list(dict.fromkeys(attack for _, _, _, attack, _ in found))
    random = np.random.default_rng(0)
    people = max(asked.new.shape[1] for asked in found.values())
    by_draw = _weights(random, draws)
    by_person = _weights(random, people)
    rows = []
    for kind, way, size in product(CLASSIFIERS, WAYS, sizes):
        same = {"classifier": kind, "way": WAYS[way], "size": size}
        values: dict[tuple[str, str], Floats] = {}
        for head in FEATURES:
            each = []
            for attack in attacks:
                asked = found[kind, way, head, attack, size]
                each.append(drawn(asked, by_draw, by_person[:, : asked.new.shape[1]]))
                common = same | {"head": head, "attack": attack}
                n = int((~np.isnan(asked.named)).any(axis=0).sum())
                rows += [_row(common | {"n": n}, name, each[-1][name]) for name in MEASURES]
            for name in MEASURES:
                values[head, name] = np.mean([one[name] for one in each], axis=0)
                common = same | {"head": head, "attack": "all"}
                rows.append(_row(common, name, values[head, name]))
        for head, plain, name in product(PAPER, PLAIN, MEASURES):
            common = same | {"head": head, "minus": plain}
            rows.append(_row(common, name, values[head, name] - values[plain, name]))
    return rows


def _weights(random: np.random.Generator, count: int) -> Floats:
    drawn_ones = random.multinomial(count, np.full(count, 1 / count), size=BOOTSTRAP)
    return np.vstack([np.ones((1, count)), drawn_ones]).astype(np.float64)


def _row(common: Mapping[str, Any], measure: str, values: Floats) -> dict[str, Any]:
    ends = np.nanpercentile(values[1:], [50 - CONFIDENCE / 2, 50 + CONFIDENCE / 2])
    figures = {"value": values[0], "low": ends[0], "high": ends[1]}
    return {**common, "measure": measure} | {k: round(float(v), 2) for k, v in figures.items()}


def text(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the tables as Markdown: per head, then the differences with what they show."""
    table = pd.DataFrame(rows)
    lines = []
    for (kind, title), way in product(CLASSIFIERS.items(), WAYS.values()):
        here = table[(table["classifier"] == kind) & (table["way"] == way)]
        lines += ["", f"### {title.capitalize()}, {way}"]
        for name in MEASURES:
            lines += ["", f"{name}, percent [95 % interval]", "", *_values(here, name)]
        lines += ["", "differences in points: recognised; AUC", "", *_differences(here)]
    return lines


def _values(table: pd.DataFrame, name: str) -> list[str]:
    own = table[(table["attack"] == "all") & (table["measure"] == name)]
    lines = [f"| k | {' | '.join(FEATURES)} |"]
    lines += ["|---:|" + "---:|" * len(FEATURES)]
    for size, part in own.groupby("size"):
        cells = [_cell(part.set_index("head").loc[head]) for head in FEATURES]
        lines.append(f"| {size} | {' | '.join(cells)} |")
    return lines


def _differences(table: pd.DataFrame) -> list[str]:
    lines = [f"| k | {' | '.join(f'{a} - {b}' for a, b in PAIRS)} |"]
    lines += ["|---:|" + "---|" * len(PAIRS)]
    for size, part in table.groupby("size"):
        cells = []
        for head, plain in PAIRS:
            one = part[(part["head"] == head) & (part["minus"] == plain)].set_index("measure")
            cells.append("; ".join(_shown(one.loc[name]) for name in ("recognised", "auc")))
        lines.append(f"| {size} | {' | '.join(cells)} |")
    return lines


def _cell(row: Any) -> str:
    return f"{row['value']:.0f} [{row['low']:.0f}, {row['high']:.0f}]"


def _shown(row: Any) -> str:
    verdict = "better" if row["low"] > 0 else "worse" if row["high"] < 0 else "not shown"
    return f"{row['value']:+.0f} [{row['low']:+.0f}, {row['high']:+.0f}] {verdict}"


def draw(rows: Sequence[Mapping[str, Any]], sizes: Sequence[int], path: Path) -> None:
    """Draw recognised and AUC against the number of clips, for each classifier."""
    from deepfake_attribution.figures import style

    table = pd.DataFrame(rows)
    table = table[(table["attack"] == "all") & (table["classifier"] == DRAWN)]
    labels = {
        "recognised": "held-out clips recognised, %",
        "reals_misnamed": "reals of their camera misnamed, %",
        "auc": "AUC of P(attack), %",
    }
    colours = dict(zip(FEATURES, style.ATTACK_COLOURS, strict=False))
    with style.drawing():
        figure = style.new(style.WIDTH, 4.8)
        axes = figure.subplots(len(WAYS), len(labels), sharex=True, squeeze=False)
        for (line, way), (column, name) in product(enumerate(WAYS.values()), enumerate(labels)):
            place = axes[line, column]
            own = table[(table["way"] == way) & (table["measure"] == name)]
            for shift, head in enumerate(FEATURES):
                part = own[own["head"] == head].set_index("size").loc[list(sizes)]
                ends = [part["value"] - part["low"], part["high"] - part["value"]]
                place.errorbar(
                    np.arange(len(sizes)) + (shift - 2.5) * 0.08,
                    part["value"],
                    np.clip(ends, 0, None),
                    color=colours[head],
                    marker=style.ATTACK_MARKERS[shift],
                    markersize=4,
                    linestyle="-" if head in PAPER else "--",
                    elinewidth=0.8,
                    label=head,
                )
            place.set_xticks(range(len(sizes)), [str(size) for size in sizes])
            place.set_ylim((40, 100) if name == "auc" else (-2, 102))
            if line == 0:
                place.set_title(labels[name], loc="left")
            else:
                place.set_xlabel("clips enrolled")
            if column == 0:
                place.set_ylabel(way)
        axes[0, 0].legend(loc="upper left", fontsize=7)
        style.head_line(
            figure,
            f"A new attack joins without training ({CLASSIFIERS[DRAWN]})",
            "mean of three attacks never trained on; 95 % intervals over draws and people; one "
            "training seed; simulated attacks",
        )
        style.save(figure, path)


if __name__ == "__main__":
    main()
