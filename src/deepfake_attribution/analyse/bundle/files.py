"""The files of a bundle and the check that they are unchanged: names and SHA-256."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from deepfake_attribution.analyse.bundle.record import (
    ATTACK,
    CARD,
    DETECTOR,
    DISTANCES,
    ENROLLED,
    GALLERY,
    HISTORY,
    KNOWN,
    RECORD,
    Record,
)
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.faces import weights
from deepfake_attribution.model.description import ONNX, SETTINGS, WEIGHTS

SUMS = "SHA256SUMS"  # of all other files, also the record: `sha256sum -c SHA256SUMS` reads it
PICKLES = re.compile(r"\.(pkl|pickle|p|pt|pth|ckpt|bin|joblib|dill|npy|npz|h5)$", re.IGNORECASE)

# Every name that a file of a bundle may have.
ANY = {CARD, WEIGHTS, SETTINGS, ONNX, KNOWN, DISTANCES, GALLERY, ENROLLED, RECORD, SUMS}
ANY |= {classifier_files.MODEL, classifier_files.RECORD}
ANY |= {f"{ATTACK}/{name}" for name in (WEIGHTS, SETTINGS, ONNX, KNOWN)}
ANY |= {f"{ATTACK}/{name}" for name in (classifier_files.MODEL, classifier_files.RECORD)}
ANY |= {f"{DETECTOR}/{name}" for name in (*weights.FILES.values(), *weights.ONNX.values())}
AGAIN = "copy the bundle again from its source, or export it again"


def detector_files(record: Record) -> list[str]:
    """Return the files of the face finder's folder; none for MTCNN: its package has them."""
    detector = record.detector
    names = [weights.FILES[detector.model], weights.ONNX[detector.model]]
    return names if detector.kind == "blazeface" else []


def replaced(record: Record) -> list[str]:
    """Return the files of a bundle that enrolling another attack would replace, sorted."""
    names = [CARD, RECORD, SUMS, *([ENROLLED] if record.enrolled else [])]
    names += [classifier_files.MODEL, classifier_files.RECORD] if record.classifier else []
    return sorted(names)


def history(record: Record) -> set[str]:
    """Return the names of the files of all older versions."""
    older = (
        record.model_copy(update={"enrolled": record.enrolled[:count]})
        for count in range(len(record.enrolled))
    )
    return {f"{HISTORY}/{one.version}/{name}" for one in older for name in replaced(one)}


def is_part(name: str) -> bool:
    """Return whether a file with this name can be part of a bundle."""
    folder, _, rest = name.partition("/")
    number, _, last = rest.partition("/")
    return name in ANY or (folder == HISTORY and number.isdecimal() and last in ANY)


def expected(record: Record, onnx: bool, of_namer: bool = False) -> set[str]:
    """Return the names of all files of a bundle but the record and the sums.

    Args:
        record: of the bundle.
        onnx: whether its network has an ONNX file.
        of_namer: whether the network that names attacks has one, if it is another network.
    """
    names = {CARD, WEIGHTS, SETTINGS, KNOWN, DISTANCES}
    names |= {ONNX} if onnx else set()
    if record.classifier:
        names |= {classifier_files.MODEL, classifier_files.RECORD}
    names |= {GALLERY} if record.gallery is not None else set()
    names |= {ENROLLED, *history(record)} if record.enrolled else set()
    names |= {f"{DETECTOR}/{name}" for name in detector_files(record)}
    return names | {f"{ATTACK}/{name}" for name in _of_namer(record, of_namer)}


def _of_namer(record: Record, onnx: bool) -> set[str]:
    own = record.of_namer
    if own is None:
        return set()
    names = {classifier_files.MODEL, classifier_files.RECORD} if own.classifier else set()
    if own.head != record.head:
        names |= {WEIGHTS, SETTINGS, KNOWN} | ({ONNX} if onnx else set())
    return names


def listed(folder: Path) -> list[str]:
    """Return the names of all files in ``folder``, sorted, at any depth.

    Raises:
        UserError: something in it is a link (it may point outside), no plain file, or a pickle.
    """
    names = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise UserError(
                f"{folder}: {name} is a link, but a bundle has plain files only; replace it by a "
                "copy of the file"
            )
        if path.is_dir():
            continue
        if not path.is_file():
            raise UserError(f"{folder}: {name} is no plain file: refused")
        refuse_pickle(folder, name)
        names.append(name)
    return names


def refuse_pickle(folder: Path, name: str) -> None:
    """Raise if a file with this name could run code when it is opened."""
    if PICKLES.search(name):
        raise UserError(
            f"{folder}: {name}: refused: a bundle has no pickles and the like, because opening one "
            "can run code"
        )


def sums(files: Mapping[str, str]) -> str:
    """Return name -> SHA-256 as the text that ``sha256sum`` writes and checks."""
    return "".join(f"{files[name]}  {name}\n" for name in sorted(files))


def text(record: Record) -> str:
    """Return a record as the text of its file."""
    return json.dumps(record.model_dump(), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def check(folder: Path, names: list[str], record: Record) -> None:
    """Check that the files are those of the record, and that no byte has changed.

    Args:
        folder: of the bundle.
        names: from `listed`.
        record: of the bundle.

    Raises:
        UserError: a file is missing, not expected, or changed; it names the first one.
    """
    for name in record.files:
        refuse_pickle(folder, name)
    onnx, of_namer = ONNX in record.files, f"{ATTACK}/{ONNX}" in record.files
    wanted = {*expected(record, onnx, of_namer), RECORD, SUMS}
    for name in sorted(set(record.files) - wanted):
        raise UserError(f"{folder}: {RECORD} lists {name}, which no bundle has: {AGAIN}")
    for name in sorted(wanted - set(names)):
        raise UserError(f"{folder}: {name} is missing: {AGAIN}")
    for name in sorted(set(names) - wanted):
        raise UserError(f"{folder}: {name} is no part of this bundle: take it out of the folder")
    for name in sorted(wanted - {RECORD, SUMS}):
        if sha256(folder / name) != record.files.get(name):
            raise changed(folder, name)
    whole = sums(record.files | {RECORD: sha256(folder / RECORD)})
    if (folder / SUMS).read_bytes() != whole.encode():
        raise changed(folder, SUMS)


def changed(folder: Path, name: str) -> UserError:
    """Return the error for a changed file."""
    return UserError(f"{folder}: {name} is damaged or was changed after the export: {AGAIN}")
