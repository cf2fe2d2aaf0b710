"""Where the artefact of a dataset, head or classifier lies, relative to the repository."""

from pathlib import Path

DATA = Path("data")
MODELS = Path("models")
METRICS = Path("metrics")
REPORTS = Path("reports")
WORK = Path(".work")  # blocks of unfinished stages; outside DVC's outputs, which DVC deletes
CHECKPOINTS = Path(".checkpoints")

PICTURE_LIST = "pictures.json"  # in the folder of pictures: their captions, in order
SUPERSET = DATA / "superset.parquet"
BLAZEFACE = MODELS / "blazeface"


def videos(dataset: str) -> Path:
    """Folder of a rendered dataset's videos."""
    return DATA / "videos" / dataset


def catalog(dataset: str) -> Path:
    """Table of a dataset's videos."""
    return DATA / "catalog" / f"{dataset}.parquet"


def listing(dataset: str) -> Path:
    """What the catalog's adapter said: how many videos are expected, what is not as expected."""
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


def model(head: str) -> Path:
    """Folder of a trained head."""
    return MODELS / head


def embeddings(head: str, dataset: str) -> Path:
    """Table of a head's output for every crop of a dataset."""
    return DATA / "embeddings" / head / f"{dataset}.parquet"


def classifier(head: str, classifier: str) -> Path:
    """Folder of a classifier fitted on a head's embeddings."""
    return MODELS / "classifiers" / head / classifier


def scores(head: str) -> Path:
    """Table of P(real) per video of every approach on a head."""
    return DATA / "scores" / f"{head}.parquet"


def metrics(head: str) -> Path:
    """The four figures per approach and database that DVC compares."""
    return METRICS / f"{head}.json"


def curve(head: str) -> Path:
    """Training curve of a head, one row per epoch."""
    return METRICS / "curves" / f"{head}.csv"


def roc(head: str) -> Path:
    """Folder of ROC points, one file per approach on a head."""
    return METRICS / "roc" / head


def results(head: str) -> Path:
    """Folder of the long tables that reports are made of: figures, accuracy, confusion."""
    return DATA / "results" / head


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


def report_tables() -> Path:
    """Folder of the tables for people."""
    return REPORTS / "tables"
