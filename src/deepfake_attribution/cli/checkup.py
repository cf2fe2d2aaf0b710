"""Checks the datasets of params.yaml, for `deepfake-attribution doctor`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.catalog import leaks
from deepfake_attribution.catalog.listing import Counts
from deepfake_attribution.catalog.registry import list_videos, settings_of
from deepfake_attribution.catalog.superset import check_compressions
from deepfake_attribution.cli import contents
from deepfake_attribution.cli.contents import Depth
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.settings import Databases


@dataclass
class Checkup:
    """The findings on one dataset.

    Attributes:
        adapter, root: as in params.yaml.
        counts: videos that exist, by split and attack.
        expected: videos of the complete dataset, if known; else those that are listed, where some
            of them do not exist.
        wrong: a line for each thing that would make results wrong or stop the pipeline.
        problems: a line for each thing that is missing, broken or not used, so that results use
            fewer videos.
        apart: whether no clip (or person, if the dataset splits by person) is in two splits; None
            if the videos could not be listed.
        notes: a line for each property of the complete dataset that a user should know.
        videos: the catalog.
    """

    adapter: str
    root: str
    counts: Counts = field(default_factory=dict)
    expected: Counts = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    apart: bool | None = None
    videos: pd.DataFrame | None = None


def look(
    datasets: Mapping[str, Dataset],
    training: Sequence[str],
    rows: Databases,
    max_failed: float,
    depth: Depth,
) -> dict[str, Checkup]:
    """Return the findings on every dataset, in their order.

    Args:
        datasets: all of params.yaml.
        training: those of the superset.
        rows: the reals that each dataset of fakes is tested with.
        max_failed: share of videos without a frame that stops the extraction.
        depth: how much of the files is read, see `contents`.
    """
    found = {name: _list(name, datasets) for name in datasets}
    for checkup in found.values():
        if checkup.videos is not None:
            _look_inside(checkup, max_failed, depth)
    for name, checkup in found.items():
        if checkup.videos is not None:
            if name in training:
                _check_trainable(name, checkup)
            _check_reals(name, checkup, found, rows)
    _check_classes(found, training)
    _check_together(found, training, depth)
    return found


def _list(name: str, datasets: Mapping[str, Dataset]) -> Checkup:
    dataset = datasets[name]
    checkup = Checkup(dataset.adapter, dataset.root)
    try:
        settings_of(name, dataset)
        if dataset.adapter == "rendered" and not Path(dataset.root).exists():
            checkup.notes.append("not drawn yet: `dvc repro` draws it")
            return checkup
        listing = list_videos(name, datasets)
    except UserError as error:
        checkup.wrong += map(str, error.args)
        return checkup
    except OSError as error:
        checkup.wrong.append(f"{error.filename or dataset.root}: {error.strerror or error}")
        return checkup
    checkup.videos = listing.videos
    checkup.counts, checkup.expected = listing.found(), dict(listing.expected)
    checkup.problems += [*listing.shortages(), *listing.problems]
    checkup.notes += listing.notes
    try:
        leaks.check_splits(listing.videos)
        checkup.apart = True
    except UserError as error:
        checkup.apart = False
        checkup.wrong.append(str(error))
    return checkup


def _look_inside(checkup: Checkup, max_failed: float, depth: Depth) -> None:
    """Add the size of each file to the videos, and the problems with files."""
    assert checkup.videos is not None
    root = Path(checkup.root)
    paths = list(checkup.videos["path"])
    sizes = contents.sizes(root, paths)
    checkup.videos = checkup.videos.assign(file=[str(root / path) for path in paths], size=sizes)
    empty = [path for path, size in zip(paths, sizes, strict=True) if size == 0]
    gone = [path for path, size in zip(paths, sizes, strict=True) if size < 0]
    _count_existing(checkup)
    files = [path for path in empty if not (root / path).is_dir()]
    folders = [path for path in empty if (root / path).is_dir()]
    for names, what, state in (
        (files, "file", "empty (0 bytes)"),
        (folders, "folder", "empty (0 bytes)"),
        (gone, "video", "missing or cannot be accessed"),
    ):
        if names:
            verb = "is" if len(names) == 1 else "are"
            count = counted(len(names), what)
            checkup.problems.append(f"{count} {verb} {state}: {some(names)}")
    filled = [path for path, size in zip(paths, sizes, strict=True) if size > 0]
    opened = contents.look(root, filled, depth)
    broken = opened.unreadable
    if broken:
        listed = some([f"{path} ({reason})" for path, reason in broken])
        checkup.problems.append(f"{counted(len(broken), 'video')} cannot be read: {listed}")
    checkup.notes += opened.notes
    lost = len(empty) + len(gone) + len(broken)
    if lost > max_failed * len(sizes):
        checkup.wrong.append(
            f"{lost} of {counted(len(sizes), 'video')} will give no frame, more than "
            f"extract.max_failed = {max_failed:g} allows, so the extraction would stop; get them "
            "again, take them out of the list, or raise that setting"
        )


def _count_existing(checkup: Checkup) -> None:
    """Count the videos whose file is there; a row whose file is missing is only expected."""
    assert checkup.videos is not None
    rows = checkup.videos
    for split, attack in rows.loc[rows["size"] < 0, ["split", "attack"]].itertuples(index=False):
        kind = str(split), str(attack)
        checkup.expected.setdefault(kind, checkup.counts[kind])
        checkup.counts[kind] -= 1


def _check_trainable(name: str, checkup: Checkup) -> None:
    """Report splits that are missing for training, and mixed compressions."""
    videos = checkup.videos
    assert videos is not None
    lacking = [split for split in leaks.LEARNT if not (videos["split"] == split).any()]
    if lacking:
        only = len(lacking) == len(leaks.LEARNT)
        remedy = "" if only else "give it some, or "
        checkup.wrong.append(
            f"superset.datasets names {name}, but it has no {' and no '.join(lacking)} videos; "
            f"{remedy}take it out of superset.datasets to test on it only"
        )
    try:
        check_compressions(videos)
    except UserError as error:
        checkup.wrong.append(str(error))


def _check_classes(found: Mapping[str, Checkup], training: Sequence[str]) -> None:
    """Report classes of the superset that lack a split: the stage ``superset`` would stop.

    A dataset without any video of a split is reported elsewhere.
    """
    listed = [found[name].videos for name in training if name in found]
    parts = [videos for videos in listed if videos is not None]
    if len(parts) < len(training):
        return  # the videos of the others are not known
    videos = pd.concat(parts, ignore_index=True)
    learnt = videos[videos["split"].isin(leaks.LEARNT)]
    for attack in dict.fromkeys([REAL, *learnt["attack"]]):
        own = learnt[learnt["attack"] == attack]
        lacking = [split for split in leaks.LEARNT if not (own["split"] == split).any()]
        if lacking:
            where = str(own["dataset"].iloc[0]) if len(own) else training[0]
            found[where].wrong.append(
                f"the class '{attack}' has no {' and no '.join(lacking)} videos in any dataset of "
                "superset.datasets, but every class needs both; get them, or leave the class out"
            )


def _check_reals(
    name: str, checkup: Checkup, found: Mapping[str, Checkup], rows: Databases
) -> None:
    """Report fakes that are tested without any real video."""
    source = rows.reals_from.get(name, name)
    if source not in found or found[source].videos is None:
        return  # reported there
    tested = any(split == "test" and count for (split, _), count in checkup.counts.items())
    if tested and not found[source].counts.get(("test", REAL)):
        place = "" if source == name else f" in {source}"
        checkup.problems.append(
            f"no real test video{place}, so only its FPR can be computed; get the originals, or "
            "name a dataset with reals in databases.reals_from"
        )


def _check_together(found: Mapping[str, Checkup], training: Sequence[str], depth: Depth) -> None:
    """Report leaks between splits across datasets, and count known overlaps."""
    listed = [checkup.videos for checkup in found.values() if checkup.videos is not None]
    if not listed:
        return
    videos = pd.concat(listed, ignore_index=True)
    used = leaks.in_use(videos, training)
    if not any(checkup.wrong for checkup in found.values()):
        try:
            leaks.check_splits(used)
        except UserError as error:
            found[next(iter(found))].wrong.append(str(error))
    for name, line in leaks.idle(videos, training).items():
        found[name].notes.append(line)
    for row in leaks.overlap(videos, training).itertuples(index=False):
        found[str(row.dataset)].notes.append(
            f"known overlap, same {row.kind}: {counted(row.test_videos, 'test video')} and "
            f"{counted(row.trained_videos, 'video')} trained on ({row.shared}: {row.names})"
        )
    for copies in contents.copies(contents.duplicates(videos, depth), depth):
        own = found[copies.dataset]
        (own.wrong if copies.wrong else own.problems).append(copies.text)


def healthy(found: Iterable[Checkup]) -> bool:
    """Return whether no dataset would make results wrong or stop the pipeline."""
    return not any(checkup.wrong for checkup in found)
