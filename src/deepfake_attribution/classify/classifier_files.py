"""Fitted classifiers on disk: a skops file, never a pickle, and a record in JSON next to it."""

import io
import json
import math
import zipfile
from pathlib import Path
from typing import IO, Any

from numpy.lib import format

from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError

MODEL, RECORD = "classifier.skops", "classifier.json"
# Types that a file may hold in addition to those that skops trusts (NumPy's and scikit-learn's).
TRUSTED: list[str] = []


def save(classifier: Fitted, folder: Path) -> None:
    """Write ``classifier.skops`` and ``classifier.json`` (the record) to ``folder``.

    The same classifier gives the same bytes. Files have temporary names until they are complete.
    """
    content = _skops().dumps({"model": classifier.model, "scorer": classifier.scorer})
    record = json.dumps(classifier.record, indent=2) + "\n"
    for name, data in ((MODEL, _without_addresses(content)), (RECORD, record.encode())):
        write(data, folder / name)


def load(folder: Path) -> Fitted:
    """Return the classifier that `save` wrote to ``folder``. Nothing in the file is executed.

    Raises:
        UserError: a file is missing or broken, or holds types that are not trusted.
    """
    skops_io = _skops()
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        record = json.loads((folder / RECORD).read_text())
        _check_sizes(folder / MODEL)
        parts = skops_io.load(folder / MODEL, trusted=TRUSTED)
        return Fitted(record["kind"], parts["model"], parts["scorer"], record)
    except FileNotFoundError as error:
        raise UserError(f"{error.filename}: no such file; `dvc repro` makes it") from None
    except UntrustedTypesFoundException as error:
        raise UserError(f"{folder / MODEL}: not opened: {error}") from None
    except (ValueError, zipfile.BadZipFile, KeyError) as error:
        raise UserError(f"{folder}: not a classifier that we wrote ({error!r})") from None


def _check_sizes(path: Path) -> None:
    """Check that no part of the file is larger in memory than in the file.

    `save` stores arrays without compression, so a file that unfolds is not ours.

    Raises:
        UserError: a part is compressed, of another kind, or declares more numbers than it has.
    """
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        stored = all(
            part.compress_type == zipfile.ZIP_STORED and part.file_size == part.compress_size
            for part in parts
        )
        if not stored or sum(part.file_size for part in parts) > path.stat().st_size:
            raise UserError(f"{path}: refused: its parts are compressed, but ours never are")
        for part in parts:
            if part.filename == "schema.json":
                continue
            with archive.open(part) as file:
                if not part.filename.endswith(".npy") or _declared(file) > part.file_size:
                    raise UserError(f"{path}: refused: {part.filename!r} is not an array of ours")


def _declared(file: IO[bytes]) -> int:
    """Return the bytes of an array by the header of its file.

    Raises:
        ValueError: it has none.
    """
    version = format.read_magic(file)
    reads = format.read_array_header_1_0 if version == (1, 0) else format.read_array_header_2_0
    shape, _, kind = reads(file)
    return math.prod(shape) * int(kind.itemsize)


def _skops() -> Any:
    """Return ``skops.io``, set to trust the scikit-learn classes that our classifiers consist of.

    By default it trusts all estimators, and imports all of scikit-learn, and torch through it, to
    name them: three seconds in every stage that opens a classifier.
    """
    import sklearn.utils
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler
    from sklearn.svm import SVC

    ours = (LogisticRegression, KNeighborsClassifier, Pipeline, Normalizer, StandardScaler, SVC)
    original = sklearn.utils.all_estimators
    sklearn.utils.all_estimators = lambda: [(kind.__name__, kind) for kind in ours]
    try:
        import skops.io
    finally:
        sklearn.utils.all_estimators = original
    return skops.io


def _without_addresses(content: bytes) -> bytes:
    """Return a skops file without memory addresses and times: the same object, the same bytes.

    skops names arrays after ``id(object)`` and writes ids into its schema; both are numbered in
    the order of the schema here.
    """
    numbers: dict[str, int] = {}

    def renumber(node: Any) -> Any:
        if isinstance(node, list):
            return [renumber(entry) for entry in node]
        if not isinstance(node, dict):
            return node
        result: dict[str, Any] = {}
        for key, entry in node.items():
            if key == "__id__":
                result[key] = numbers.setdefault(str(entry), len(numbers))
            elif key == "file":
                stem, _, suffix = entry.partition(".")
                result[key] = f"{numbers.setdefault(stem, len(numbers))}.{suffix}"
            else:
                result[key] = renumber(entry)
        return result

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        schema = json.dumps(renumber(json.loads(old.read("schema.json"))), indent=2)
        for name in sorted(
            set(old.namelist()) - {"schema.json"}, key=lambda n: numbers[Path(n).stem]
        ):
            number = f"{numbers[Path(name).stem]}{Path(name).suffix}"
            new.writestr(zipfile.ZipInfo(number), old.read(name))
        new.writestr(zipfile.ZipInfo("schema.json"), schema)
    return target.getvalue()
