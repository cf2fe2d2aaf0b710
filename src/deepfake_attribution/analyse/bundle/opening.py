"""Opens the folder of a bundle: nothing is parsed before its hash is checked."""

import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from deepfake_attribution.analyse.bundle import files, gallery, namers, parts
from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA, Bundle
from deepfake_attribution.analyse.bundle.record import DETECTOR, FORMAT, RECORD, Record
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.faces import weights


def open_bundle(folder: Path, device: str = "auto") -> Bundle:
    """Return the bundle that `exporting.export` wrote to ``folder``.

    The SHA-256 of every file is checked first. No file is a pickle, and no content is executed.

    Args:
        folder: of the bundle.
        device: where the network runs: auto, cpu, cuda or mps.

    Raises:
        UserError: it is no bundle, has another format, is incomplete or changed, or its parts do
            not fit together.
    """
    try:
        record = _checked(folder)
        _check_detector(folder, record)
        about = parts.description(folder, record)
        fitted = parts.classifier(folder, record)
        crops, distances = parts.known(folder, record), parts.distances(folder, record)
        shares = parts.shares(about)
        stored = gallery.read(folder, record, crops, shares)
        enrolled = gallery.read_enrolled(folder, record, shares, len(crops["embedding"].iloc[0]))
        network = parts.network(folder, about, device)
        parts.check_together(folder, record, about, network, fitted, crops)
        bundle = Bundle(record, about, network, fitted, crops, distances, folder / DETECTOR, stored)
        return with_enrolled(namers.opened(folder, bundle, device), enrolled)
    except OSError as error:
        raise UserError(f"{folder}: cannot be read: {error.strerror or error}") from None


def with_enrolled(bundle: Bundle, enrolled: pd.DataFrame) -> Bundle:
    """Return a bundle whose known crops and gallery have the enrolled ones, too.

    Args:
        bundle: with the crops that it was exported with.
        enrolled: rows of `gallery.ENROLLED_SCHEMA`.
    """
    if enrolled.empty or bundle.gallery is None:
        return bundle
    own = enrolled.astype({"x": "float32", "y": "float32"})
    known = pd.concat([bundle.known, own[KNOWN_SCHEMA.names]], ignore_index=True)
    rows = pd.concat([bundle.gallery, own[gallery.COLUMNS]], ignore_index=True)
    return replace(bundle, known=known, gallery=rows)


def read_record(folder: Path) -> Record:
    """Return the record of a bundle after checking its hash; other files are not read.

    Raises:
        UserError: it is missing, damaged, or of another format.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; {GIVE}")
    if not (folder / RECORD).is_file():
        raise UserError(f"{folder}: no bundle, because it has no {RECORD}; {GIVE}")
    content = (folder / RECORD).read_bytes()
    _check_sum(folder)
    try:
        values = json.loads(content)
        found = values["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(f"{folder / RECORD}: not the record of a bundle; {GIVE}") from None
    if found != FORMAT:
        raise UserError(
            f"{folder}: a bundle of format {str(found)[:20]}, but this version of "
            f"deepfake-attribution reads format {FORMAT}; install the version that it was made "
            "with, or export it again"
        )
    try:
        return Record.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise UserError(f"{folder / RECORD}: {key}: {first['msg']}: {files.AGAIN}") from None


GIVE = "`deepfake-attribution export DIR` makes a bundle"


def _check_sum(folder: Path) -> None:
    """Raise if the hash of the record is not the one in the sums; the sums may not exist yet."""
    if not (folder / files.SUMS).is_file():
        return
    text = (folder / files.SUMS).read_text(encoding="utf-8", errors="replace")
    named = re.search(rf"^(\w+)  {re.escape(RECORD)}$", text, re.MULTILINE)
    if named is None:
        raise files.changed(folder, files.SUMS)
    if named[1] != sha256(folder / RECORD):
        raise files.changed(folder, RECORD)


def _checked(folder: Path) -> Record:
    """Return the record of a bundle after checking that its files are complete and unchanged."""
    if not (folder / RECORD).is_file():
        return read_record(folder)  # raises with the reason
    names = files.listed(folder)  # refuses links and pickles before anything else
    record = read_record(folder)
    files.check(folder, names, record)
    return record


def _check_detector(folder: Path, record: Record) -> None:
    """Raise if the face finder is not the official one, or its package is missing."""
    if record.detector.kind == "mtcnn":
        if importlib.util.find_spec("facenet_pytorch") is None:
            raise UserError(
                f"{folder}: finds faces by MTCNN, which needs facenet-pytorch; run `pip install "
                "--no-deps facenet-pytorch==2.6.0`"
            )
        return
    model = record.detector.model
    name = f"{DETECTOR}/{weights.FILES[model]}"
    if record.files[name] != weights.SHA256[model]:
        raise UserError(f"{folder}: {name} is not the file of {weights.PACKAGE}: {files.AGAIN}")
    parts.face_finder(folder, model)
