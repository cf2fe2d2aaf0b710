"""A new version keeps the older ones byte for byte, and a kill leaves the older bundle whole."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from deepfake_attribution.analyse.bundle import exporting, files
from deepfake_attribution.analyse.bundle.gallery import ENROLLED_SCHEMA, GALLERY_SCHEMA
from deepfake_attribution.analyse.bundle.joined import Clip
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.analyse.bundle.record import ENROLLED, GALLERY, RECORD
from deepfake_attribution.cli.main import app
from deepfake_attribution.core import durable, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.enrol import enrolling, reading, versions
from deepfake_attribution.enrol.reading import Clips
from trained_project import rewrite

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("one_thread")]


def clips(folder: Path, name: str, count: int = 4) -> Clips:
    """Return clips made of known crops of swap, shifted: their numbers do not matter here."""
    known = open_bundle(folder).known
    rows = known[(known["attack"] == "swap") & (known["split"] == "val")]
    keep = list(dict.fromkeys(rows["video"]))[:count]
    rows = rows[rows["video"].isin(keep)].reset_index(drop=True)
    shift = 1.0 + len(name)
    rows["embedding"] = [np.float32(vector + shift) for vector in rows["embedding"]]
    rows["video"] = [f"enrolled/{name}/{Path(video).name}" for video in rows["video"]]
    rows = rows.assign(attack=name, dataset="enrolled", shares=None, source=rows["video"])
    named = [Clip(name=Path(video).name, sha256=name + video) for video in keep]
    return Clips(rows[ENROLLED_SCHEMA.names], named, [])


def enrol(folder: Path, name: str, count: int = 4) -> None:
    with versions.claimed(folder) as place:
        bundle = open_bundle(place)
        after = enrolling.enrol(bundle, name, clips(place, name, count))
        versions.write(place, after, enrolling.enrolled_rows(after))


def content(folder: Path) -> dict[str, str]:
    return {name: sha256(folder / name) for name in files.listed(folder)}


def test_versions_come_back_byte_for_byte(bundle: Path) -> None:
    first = content(bundle)
    enrol(bundle, "bend")
    second = content(bundle)
    opened = open_bundle(bundle)
    assert opened.classifier is not None and "bend" in opened.classifier.classes
    assert opened.gallery is not None
    assert len(opened.gallery) == (opened.known["split"] == "val").sum()
    enrol(bundle, "warp", 3)
    assert open_bundle(bundle).record.version == 3
    unchanged = {name for name in first if name not in files.replaced(open_bundle(bundle).record)}
    assert {name: content(bundle)[name] for name in unchanged} == {n: first[n] for n in unchanged}
    listed = versions.history(bundle)
    assert [number for number, _, _ in listed] == [1, 2, 3]
    assert [digest for _, digest, _ in listed[:2]] == [first[files.SUMS], second[files.SUMS]]
    with versions.claimed(bundle) as place:
        assert versions.undo(place) == "warp"
        assert content(bundle) == second
        assert versions.undo(place) == "bend"
        assert content(bundle) == first
        with pytest.raises(UserError, match="nothing is enrolled in this bundle"):
            versions.undo(place)
    assert [path.name for path in Path().iterdir()] == ["bundle"]  # and no lock, no temporary


def test_link_to_a_bundle_stays_a_link(bundle: Path) -> None:
    first = content(bundle)
    Path("link").symlink_to("bundle")
    enrol(Path("link"), "bend")
    assert content(bundle) != first
    assert run("--undo", "--model", "link")[0] == 0
    assert content(bundle) == first and Path("link").is_symlink()
    assert sorted(path.name for path in Path().iterdir()) == ["bundle", "link"]


def killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("when", ["seal", "put"])
def test_kill_leaves_the_older_bundle(
    when: str, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = content(bundle)
    with monkeypatch.context() as patch:
        patch.setattr(exporting, when, killed)
        patch.setattr(durable, "discard", lambda _: None)  # nothing clears up
        with pytest.raises(KeyboardInterrupt):
            enrol(bundle, "bend")
    assert content(bundle) == first
    assert [path.name for path in Path().glob(".*")] == [".bundle.tmp"]
    enrol(bundle, "bend")
    assert not [*Path().glob(".*")]


def test_kill_between_the_two_names_is_mended(bundle: Path) -> None:
    first = content(bundle)
    bundle.replace(exporting.older_place(bundle))
    with versions.claimed(bundle):
        assert content(bundle) == first


def test_damaged_history_is_found_before_anything_changes(bundle: Path) -> None:
    enrol(bundle, "bend")
    path = bundle / "history/1/classifier.json"
    path.write_text(path.read_text() + " ")
    with versions.claimed(bundle) as place, pytest.raises(UserError, match="history/1/classifier"):
        versions.undo(place)


def test_enrolled_crops_that_the_record_does_not_count(bundle: Path) -> None:
    enrol(bundle, "bend")
    rows = tables.read(bundle / ENROLLED)
    tables.write(rows.iloc[1:], bundle / ENROLLED, ENROLLED_SCHEMA)
    record = open_again(bundle)
    assert "has other attacks or crops than the record counts" in record


def open_again(folder: Path) -> str:
    """Make the hashes right, and return why the bundle does not open."""
    there = {name: sha256(folder / name) for name in files.listed(folder)}
    own = {name: there[name] for name in there if name not in (RECORD, files.SUMS)}
    rewrite(folder / RECORD, files=own)
    sums = files.sums(own | {RECORD: sha256(folder / RECORD)})
    (folder / files.SUMS).write_text(sums)
    with pytest.raises(UserError) as caught:
        open_bundle(folder)
    return str(caught.value)


def test_gallery_of_other_crops(bundle: Path) -> None:
    rows = tables.read(bundle / GALLERY)
    tables.write(rows.iloc[::-1], bundle / GALLERY, GALLERY_SCHEMA)
    assert "is not the gallery of these known crops" in open_again(bundle)


def test_export_replaces_an_enrolled_bundle_only_by_force(bundle: Path) -> None:
    enrol(bundle, "bend")
    with pytest.raises(UserError, match="contains a bundle; give --force"):
        exporting._check_place(bundle, force=False)
    exporting._check_place(bundle, force=True)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["enrol", *words])
    return done.exit_code, done.output


def test_command(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = content(bundle)
    Path("a.mp4").write_bytes(b"\0one")
    made = clips(bundle, "bend")
    monkeypatch.setattr(
        reading, "read", lambda *_: Clips(made.rows, made.files, ["b.mp4: no face"])
    )
    code, output = run("bend", "a.mp4", "--model", "bundle")
    assert code == 0
    assert output.startswith(
        "b.mp4: no face: not used\nbend: 4 clips of 4 sources, 12 crops, joined"
    )
    assert "bend: called fake" in output and "reals: newly called fake" in output
    assert "The error rates on test databases" in output
    assert run("bend", "a.mp4", "--model", "bundle")[1] == (
        "error: bend: the bundle knows bend already: give a new attack another name; for more "
        "clips of an enrolled one, undo and enrol all of them\n"
    )
    code, output = run("--history", "--model", "bundle")
    assert [line.split(" (")[0] for line in output.splitlines()] == [
        "version 1: as exported",
        "version 2: bend enrolled from 4 clips",
    ]
    assert run("--undo", "--model", "bundle")[0] == 0
    assert content(bundle) == first


def test_undo_gives_back_the_output_of_a_stage(bundle: Path) -> None:
    first = content(bundle)
    enrol(bundle, "bend")  # by an older version, which did not refuse it
    Path("dvc.yaml").write_text("stages: {bundle: {cmd: x, outs: [bundle]}}")
    code, output = run("warp", "a.mp4", "--model", "bundle")
    assert code == 1 and "is written by the stage 'bundle'" in output
    assert run("--undo", "--model", "bundle")[0] == 0
    assert content(bundle) == first
    code, output = run("--undo", "--model", "bundle")
    assert code == 1 and "nothing is enrolled in this bundle" in output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("bend",), "--model: give the folder of the bundle"),
        (("bend", "--model", "bundle"), "bend: no clip is given"),
        (("", "a.mp4", "--model", "bundle"), "the name of the attack is empty"),
        (("swap", "a.mp4", "--model", "bundle"), "the bundle knows swap already"),
        (
            ("bend", "a.mp4", "--model", "bundle"),
            "bend: no clip can be used, but 2 are needed",
        ),
        (("bend", "a.mp4", "--model", "nowhere"), "nowhere: no such folder"),
        (("bend", "a.mp4", "--model", "no/where"), "no such folder"),
        (("--undo", "--model", "bundle"), "nothing to undo"),
        (("--undo", "bend", "--model", "bundle"), "--undo: takes no name and no clips"),
        (("--undo", "--history", "--model", "bundle"), "give one of them"),
    ],
)
def test_bad_input_is_one_line(words: tuple[str, ...], told: str, bundle: Path) -> None:
    first = content(bundle)
    code, output = run(*words)
    assert (code, len(output.splitlines())) == (1, 1)
    assert told in output and content(bundle) == first


def test_bundle_of_an_older_version_opens_and_takes_no_attack(bundle: Path) -> None:
    (bundle / GALLERY).unlink()
    assert f"{GALLERY} is missing" in open_again(bundle)
    rewrite(bundle / RECORD, gallery=None)
    own = {name: sha256(bundle / name) for name in files.listed(bundle)}
    own = {name: own[name] for name in own if name not in (RECORD, files.SUMS)}
    rewrite(bundle / RECORD, files=own)
    sums = files.sums(own | {RECORD: sha256(bundle / RECORD)})
    (bundle / files.SUMS).write_text(sums)
    assert open_bundle(bundle).gallery is None
    Path("a.mp4").write_bytes(b"\0one")
    code, output = run("bend", "a.mp4", "--model", "bundle")
    assert (code, output) == (1, "error: this bundle has no gallery: export it again\n")
