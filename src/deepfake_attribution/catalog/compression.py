"""The compression levels of FaceForensics++'s tree, and their folders."""

from pathlib import Path

from deepfake_attribution.core.errors import UserError

LEVELS = ("raw", "c0", "c23", "c40")


def canonical(compression: str) -> str:
    """Return one name of a level: FaceForensics++ calls its uncompressed one raw and c0."""
    return "raw" if compression == "c0" else compression


def level_folder(dataset: str, place: Path, compression: str) -> Path | None:
    """Return the folder of the videos of one compression level; None without any level.

    Raises:
        UserError: there are other levels only.
    """
    same = ("raw", "c0") if canonical(compression) == "raw" else ()
    for name in dict.fromkeys((compression, *same)):
        if (place / name / "videos").is_dir():
            return place / name / "videos"
    others = [level for level in LEVELS if (place / level / "videos").is_dir()]
    if others:
        raise UserError(
            f"{place} has {' and '.join(others)}, but no {compression}: get that level, or set "
            f"datasets.{dataset}.compression to one that originals and every attack have (mixed "
            "levels would be told apart by their compression), or leave the attack out"
        )
    return None
