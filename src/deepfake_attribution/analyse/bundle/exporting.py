"""Exports a trained approach of the project as one folder that works elsewhere."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle import files, known_distances, namers
from deepfake_attribution.analyse.bundle import gallery as galleries
from deepfake_attribution.analyse.bundle.card import card
from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA, Bundle
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.analyse.bundle.record import (
    ATTACK,
    CARD,
    DETECTOR,
    DISTANCES,
    GALLERY,
    KNOWN,
    RECORD,
    Record,
)
from deepfake_attribution.analyse.places import usable
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import durable, paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.core.wheels import REGISTRY
from deepfake_attribution.faces import onnx_network, weights
from deepfake_attribution.model.description import ONNX, SETTINGS, WEIGHTS, Description

CHECKED = 16  # pictures that ONNX Runtime and PyTorch are compared on


def export(bundle: Bundle, folder: Path, force: bool = False) -> None:
    """Write a bundle to ``folder``, completely or not at all.

    The same project gives the same bytes.

    Args:
        bundle: from `gathering.gather`, in the folder of its project.
        folder: new, or empty.
        force: replace an existing bundle.

    Raises:
        UserError: the path cannot exist, the folder contains something else, a file of the project
            is missing or broken, or the ONNX file and the weights give different outputs.
    """
    with usable(folder):
        _check_place(folder, force)
        place = folder.resolve()  # the bundle itself is replaced, not a link to it
    for record, about in _networks(bundle):
        _check_onnx(paths.model(record.head, record.seed), about)
    with usable(folder):
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f".{place.name}.tmp")
        durable.discard(temporary)  # of an export that was killed
    try:
        _write(bundle, temporary)
        open_bundle(temporary)  # checks it as its users do
        put(temporary, place)
    finally:
        durable.discard(temporary)


def size(folder: Path) -> int:
    """Return the bytes of all files in a bundle's folder."""
    return sum((folder / name).stat().st_size for name in files.listed(folder))


def _check_place(folder: Path, force: bool) -> None:
    """Raise unless ``folder`` is new, empty, or a bundle that may be replaced."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UserError(f"{folder}: is a file; name a new folder")
    there = files.listed(folder) if (folder / RECORD).exists() else []
    if not any(folder.iterdir()):
        return
    if not there:
        raise UserError(f"{folder}: is not empty, and no bundle; name a new folder")
    if not force:
        raise UserError(f"{folder}: contains a bundle; give --force to replace it, or a new folder")
    strange = sorted(name for name in there if not files.is_part(name))
    if strange:
        raise UserError(
            f"{folder}: contains {strange[0]}, which is no part of a bundle; move it away, because "
            "--force would remove it"
        )


def _networks(bundle: Bundle) -> list[tuple[Record, Description]]:
    """Return the records and descriptions of the networks in a bundle."""
    found = [(bundle.record, bundle.description)]
    namer, record = bundle.namer, bundle.record.of_namer
    if namer is not None and record is not None and record.head != bundle.record.head:
        found.append((record, namer.description))
    return found


def _check_onnx(folder: Path, description: Description) -> None:
    """Raise if the ONNX output differs from PyTorch by more than 1e-4 of the largest value."""
    if description.onnx is None:
        return
    from deepfake_attribution.model.model import load_network
    from deepfake_attribution.model.onnx_export import Both, NotExportedError, compare
    from deepfake_attribution.model.onnx_model import load_onnx

    side = int(description.backbone["input_size"])
    images = np.random.default_rng(0).integers(0, 256, (CHECKED, 3, side, side), np.uint8)
    found = load_onnx(folder, description).run(images)
    try:
        compare(found, Both(load_network(folder)[0]).eval(), images)
    except NotExportedError as error:
        raise UserError(
            f"{folder / ONNX}: {error}; `dvc repro --force train@{description.head}` makes it again"
        ) from None


def _write(bundle: Bundle, folder: Path) -> None:
    """Write all files of a bundle; the record with their hashes and the sums come last."""
    record = _shown(bundle.record)
    for name, source in _sources(record, bundle).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)
        durable.flush(folder / name)
    tables.write(bundle.known, folder / KNOWN, KNOWN_SCHEMA)
    further = namers.known_of(bundle)
    if further is not None:
        tables.write(further, folder / ATTACK / KNOWN, KNOWN_SCHEMA)
    distances = pd.DataFrame({"distance": bundle.distances})
    tables.write(distances, folder / DISTANCES, known_distances.SCHEMA)
    if bundle.gallery is not None:
        tables.write(bundle.gallery, folder / GALLERY, galleries.GALLERY_SCHEMA)
    mapped = int(bundle.known["x"].notna().sum())
    durable.write(card(record, bundle.description, mapped).encode(), folder / CARD)
    seal(record, bundle.description.onnx is not None, folder)


def seal(record: Record, onnx: bool, folder: Path) -> None:
    """Write the record with the hashes of all other files of a bundle, and the sums.

    Args:
        record: of the bundle; its hashes are not used.
        onnx: whether its network has an ONNX file.
        folder: of the bundle.
    """
    of_namer = (folder / ATTACK / ONNX).is_file()
    names = sorted(files.expected(record, onnx, of_namer))
    record = record.model_copy(update={"files": {n: sha256(folder / n) for n in names}})
    durable.write(files.text(record).encode(), folder / RECORD)
    sums = files.sums(record.files | {RECORD: sha256(folder / RECORD)})
    durable.write(sums.encode(), folder / files.SUMS)


def _shown(record: Record) -> Record:
    """Return a record without folders of this machine."""
    detector = record.detector.model_copy(update={"weights": REGISTRY})
    return record.model_copy(update={"detector": detector})


def _sources(record: Record, bundle: Bundle) -> dict[str, Path]:
    """Return name in the bundle -> file of the project."""
    model = paths.model(record.head, record.seed)
    names = [WEIGHTS, SETTINGS, *([ONNX] if bundle.description.onnx is not None else [])]
    found = {name: model / name for name in names}
    if record.classifier:
        fitted = paths.classifier(record.head, record.classifier, record.seed)
        names = [classifier_files.MODEL, classifier_files.RECORD]
        found |= {name: fitted / name for name in names}
    names = files.detector_files(record)
    if names:  # checks that they are the official file and the one made from it
        weights.read(bundle.detector, record.detector.model)
        onnx_network.load(bundle.detector, record.detector.model)
    found |= {f"{DETECTOR}/{name}": bundle.detector / name for name in names}
    return found | namers.sources(bundle)


def put(temporary: Path, folder: Path) -> None:
    """Rename the finished folder; an older bundle with this name is removed afterwards."""
    older = older_place(folder)
    durable.discard(older)
    if folder.exists():
        folder.replace(older)
    temporary.replace(folder)
    durable.flush(folder.parent)
    durable.discard(older)


def older_place(folder: Path) -> Path:
    """Return where the older bundle is for the moment between the two renamings of `put`."""
    return folder.with_name(f".{folder.name}.older")
