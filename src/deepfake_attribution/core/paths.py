"""Where the artefact of a dataset, head or classifier lies, relative to the repository."""

from pathlib import Path

DATA = Path("data")
MODELS = Path("models")
METRICS = Path("metrics")
REPORTS = Path("reports")
WORK = Path(".work")  # blocks of unfinished stages; outside DVC's outputs, which DVC deletes
CHECKPOINTS = Path(".checkpoints")

CURVE = "curve.csv"  # in the folder of a trained head: the losses of each epoch
PICTURE_LIST = "pictures.json"  # in the folder of pictures: their captions, in order
SETTINGS = DATA / "settings.txt"  # says that params.yaml was checked; always the same text
SUPERSET = DATA / "superset.parquet"
BLAZEFACE = MODELS / "blazeface"
STARTING_WEIGHTS = MODELS / "starting_weights"
BUNDLE = Path("bundles") / "best"


def videos(dataset: str) -> Path:
    """Folder of a rendered dataset's videos."""
    return DATA / "videos" / dataset


def catalog(dataset: str) -> Path:
    """Table of a dataset's videos."""
    return DATA / "catalog" / f"{dataset}.parquet"


def listing(dataset: str) -> Path:
    """The catalog's counts of videos, found and expected, and the problems of the dataset."""
    return DATA / "catalog" / f"{dataset}.json"


def frames(dataset: str) -> Path:
    """Folder of shards and index of the frames taken from a dataset's videos."""
    return DATA / "frames" / dataset


def faces(dataset: str) -> Path:
    """Folder of shards and index of the face crops of a dataset."""
    return DATA / "faces" / dataset


def index(folder: Path) -> Path:
    """Table of the members of the shards in ``folder``."""
    return folder / "index.parquet"


def model(head: str, seed: int) -> Path:
    """Folder of a head trained with ``seed``, one of ``train.seeds``."""
    return MODELS / head / f"seed-{seed}"


def tensorboard(head: str, seed: int) -> Path:
    """Folder of a training's TensorBoard logs, if they are asked for."""
    return WORK / "tensorboard" / head / f"seed-{seed}"


def embeddings(head: str, dataset: str, seed: int) -> Path:
    """Table of the output, for every crop of a dataset, of a head trained with ``seed``."""
    return DATA / "embeddings" / head / dataset / f"seed-{seed}.parquet"


def degraded(embeddings: Path) -> Path:
    """Table like ``embeddings``, next to it, of degraded copies of the validation crops."""
    return embeddings.with_name(f"{embeddings.stem}-degraded{embeddings.suffix}")


def classifier(head: str, classifier: str, seed: int) -> Path:
    """Folder of a classifier fitted on the embeddings of a head trained with ``seed``."""
    return MODELS / "classifiers" / head / classifier / f"seed-{seed}"


def scores(head: str) -> Path:
    """Table of P(real) per video of every approach on a head, for every seed."""
    return DATA / "scores" / f"{head}.parquet"


def frame_scores(head: str) -> Path:
    """Table of P(real) per crop of every approach on a head, for every seed."""
    return DATA / "scores" / f"{head}-frames.parquet"


def metrics(head: str) -> Path:
    """The four figures per approach and database that DVC compares: means over the seeds."""
    return METRICS / f"{head}.json"


def curve(head: str) -> Path:
    """Training curve of a head's first seed, one row per epoch: for ``dvc plots``."""
    return METRICS / "curves" / f"{head}.csv"


def roc(head: str) -> Path:
    """Folder of ROC points of a head's first seed, one file per approach."""
    return METRICS / "roc" / head


def confusion(head: str) -> Path:
    """Folder of the classes that videos are given by a head's first seed, one file per approach."""
    return METRICS / "confusion" / head


def results(head: str) -> Path:
    """Folder of the long tables that reports are made of: figures, accuracy, confusion."""
    return DATA / "results" / head


def uncertainty() -> Path:
    """Folder of the intervals of all figures, and the differences of all approaches."""
    return DATA / "uncertainty"


def open_set() -> Path:
    """Folder of the results about attacks that no head was trained on."""
    return DATA / "open_set"


def map_points(head: str) -> Path:
    """Table of the places of a head's test crops on its maps."""
    return DATA / "maps" / f"{head}.parquet"


def maps(head: str) -> Path:
    """Table of a head's maps: a row about each."""
    return DATA / "maps" / f"{head}-maps.parquet"


def pictures() -> Path:
    """Folder of the pictures for people, and the list that describes them."""
    return REPORTS / "pictures"


def page() -> Path:
    """The page that shows tables and pictures."""
    return REPORTS / "index.html"


def page_files() -> Path:
    """Folder of the page's scripts, styles, data and pictures; the page is next to it."""
    return REPORTS / "page"


def report_tables() -> Path:
    """Folder of the tables for people."""
    return REPORTS / "tables"
