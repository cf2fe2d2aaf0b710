"""What an edit would run, told by DVC's graph; nothing is run.

A copy of the repository gets stand-ins for every output, committed as if the pipeline had made
them. Then a setting is edited, and the stages that changed, with all that follows from them, are
what `dvc repro` would run.
"""

import contextlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx
import pytest
from dvc import dvcfile
from dvc.dependency.param import ParamsDependency
from ruamel.yaml import YAML

import quick_lock
from pipeline_stages import would_run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HEADS = ("binary", "attribution", "triplet", "arcface")
BASELINE = {"metadata_baseline"}
DEMO = ("demo_a", "demo_b", "demo_selection", "demo_unseen")
Edit = Callable[[dict[str, Any]], None]


class Finished:
    """A repository in which every stage is up to date, opened by DVC once.

    Between two questions nothing changes but params.yaml. So what was found out about a file stays
    true, and so does the list of stages, unless an edit changes a section that dvc.yaml repeats.
    """

    def __init__(self, folder: Path, repo: Any) -> None:
        self.folder, self.repo = folder, repo
        self.repeated = {*re.findall(r"\$\{(\w+)[.}]", (folder / "dvc.yaml").read_text())}
        self._files: dict[tuple[str, Any], bool] = {}

    def changed(self, stage: Any) -> bool:
        """Return whether a stage's own command, settings, inputs or outputs have changed.

        Not `settings`: it runs after every edit, to the same output, so no stage follows from it.
        """
        if stage.name == "settings":
            return False
        own = [*stage.deps, *stage.outs]
        return stage.changed_stage() or any(self._differs(one) for one in own)

    def _differs(self, one: Any) -> bool:
        if isinstance(one, ParamsDependency):
            return bool(one.status())
        key = (one.fs_path, one.hash_info)
        if key not in self._files:
            self._files[key] = bool(one.status())
        return self._files[key]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """A copy of the repository in which every stage is up to date."""
    from dvc.repo import Repo

    folder = tmp_path_factory.mktemp("graph") / "repository"
    folder.mkdir()
    for name in ("dvc.yaml", "params.yaml", ".dvcignore", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    for name in ("protocols", "stages", "src"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    Repo.init(str(folder)).close()
    with Repo(str(folder)) as repo, pytest.MonkeyPatch.context() as patch:
        patch.setattr(dvcfile, "modify_yaml", quick_lock.modified)  # after each stage
        for stage in repo.index.stages:
            for out in stage.outs:
                path = Path(out.fs_path)
                if path.suffix:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(stage.addressing)
                else:
                    path.mkdir(parents=True, exist_ok=True)
                    (path / "content").write_text(stage.addressing)
        with contextlib.chdir(folder):
            repo.commit(force=True)
    with Repo(str(folder)) as repo, repo.lock:
        yield Finished(folder, repo)


def named(stages: Any) -> set[str]:
    return {stage.addressing.split(":")[-1] for stage in stages}


@contextlib.contextmanager
def edited(finished: Finished, edit: Edit | None) -> Iterator[Any]:
    """Give DVC's repository with ``edit`` made to params.yaml, and take it back afterwards."""
    from dvc.repo import Repo

    path = finished.folder / "params.yaml"
    before = path.read_text()
    yaml = YAML()
    settings, old = yaml.load(before), YAML(typ="safe").load(before)
    if edit:
        edit(settings)
        yaml.dump(settings, path)
    try:
        if all(settings.get(name) == old.get(name) for name in finished.repeated):
            yield finished.repo
        else:
            with Repo(str(finished.folder)) as repo:
                yield repo
    finally:
        path.write_text(before)


def what_changed(finished: Finished, edit: Edit) -> set[str]:
    """Return the stages that ``edit`` changes themselves, not those that follow from them."""
    with edited(finished, edit) as repo:
        return named(stage for stage in repo.index.stages if finished.changed(stage))


def what_would_run(finished: Finished, edit: Edit | None = None) -> set[str]:
    """Return the stages that `dvc repro` would run after ``edit`` of params.yaml."""
    with edited(finished, edit) as repo:
        return would_run(repo, [stage for stage in repo.index.graph if finished.changed(stage)])


def family(name: str, *members: str) -> set[str]:
    return {f"{name}@{member}" for member in members}


def embeds(*heads: str, of: tuple[str, ...] = DEMO) -> set[str]:
    return {f"embed@{head}-{name}" for head in heads for name in of}


def fits(*heads: str) -> set[str]:
    """Return the fits on ``heads``, and the stages that score crops with all classifiers again."""
    return family("fit", *heads) | {"evidence_maps", "robustness"}


def evaluated(*heads: str) -> set[str]:
    """Return the stages that count errors on ``heads``, and those of their intervals."""
    joined = {"likelihood", "uncertainty", "robustness"}  # the last reads the thresholds
    return family("evaluate", *heads) | joined


def drawn(*heads: str) -> set[str]:
    """Return the stages that draw and report on ``heads``, and look at unknown attacks."""
    return family("maps", *heads) | {"open_set", "figures", "bundle", "report"}


def test_nothing_runs_again_when_nothing_changed(finished: Finished) -> None:
    assert what_would_run(finished) == set()


def test_all_settings_are_checked_before_any_other_stage_removes_its_outputs(
    finished: Finished,
) -> None:
    """After an edit of any setting, those of no result included."""
    graph = finished.repo.index.graph
    (first,) = (stage for stage in graph if stage.name == "settings")
    assert networkx.ancestors(graph, first) == set(graph) - {first}
    for section, key, value in (("compute", "workers", 3), ("train", "epocs", 3)):

        def edit(settings: dict[str, Any], where: tuple[Any, ...] = (section, key, value)) -> None:
            settings[where[0]][where[1]] = where[2]

        with edited(finished, edit):
            assert any(dep.status() for dep in first.deps if isinstance(dep, ParamsDependency))


def test_margin_runs_arcface_and_what_reports_on_it(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["loss"]["margin_real"] = 0.6

    expected = family("train", "arcface") | embeds("arcface") | fits("arcface")
    assert what_would_run(finished, edit) == expected | evaluated("arcface") | drawn("arcface")


def test_head_s_own_epochs_train_no_other_head(finished: Finished) -> None:
    for section, head in (("triplet", "triplet"), ("binary", "binary"), ("loss", "arcface")):

        def edit(settings: dict[str, Any], section: str = section) -> None:
            settings[section]["epochs"] = 9

        assert what_changed(finished, edit) == {f"train@{head}"}


def test_neighbours_fit_the_classifiers_again(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["classifiers"]["nn"]["k"] = 5

    expected = fits("triplet", "arcface") | evaluated("triplet", "arcface")
    assert what_would_run(finished, edit) == expected | drawn("triplet", "arcface")


def test_penalty_runs_fits_and_the_maps_that_the_classifiers_colour(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["classifiers"]["svm"]["C"] = 2.0

    expected = fits("triplet", "arcface") | evaluated("triplet", "arcface")
    assert what_would_run(finished, edit) == expected | drawn("triplet", "arcface")


def test_another_classifier_on_the_maps_fits_nothing(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["maps"]["classifier"] = "lr"

    assert what_would_run(finished, edit) == drawn(*HEADS) - {"open_set"}


def test_crop_margin_runs_everything_from_crop_on(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["crop"]["margin"] = 0.5

    expected = family("crop", *DEMO) | {"superset"} | family("train", *HEADS) | embeds(*HEADS)
    expected |= fits("triplet", "arcface") | evaluated(*HEADS) | BASELINE | drawn(*HEADS)
    assert what_would_run(finished, edit) == expected


def test_threshold_runs_evaluation_only(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["evaluate"]["fpr"] = 0.05

    # Binary's threshold colours its map
    assert what_would_run(finished, edit) == evaluated(*HEADS) | BASELINE | drawn("binary")


def test_threshold_from_degraded_crops_runs_evaluation_only(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["evaluate"]["threshold_crops"] = "degraded"

    assert what_would_run(finished, edit) == evaluated(*HEADS) | BASELINE | drawn("binary")


def test_chance_of_trainings_does_not_make_the_degraded_copies_again(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["augment"]["chance"] = 0.3

    # by their own settings, not by what comes before them in the graph
    ran = what_changed(finished, edit)
    assert ran == family("train", *HEADS) | {"report"}  # the page shows all settings


def test_degraded_copies_train_nothing(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["embed"]["degraded_chance"] = 0.3

    expected = embeds(*HEADS) | fits("triplet", "arcface") | evaluated(*HEADS)
    assert what_would_run(finished, edit) == expected | drawn(*HEADS)


def test_draws_run_only_what_holds_confidence_intervals(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["uncertainty"]["draws"] = 500

    expected = {"likelihood", "uncertainty", "evidence_maps", "robustness", "bundle", "report"}
    assert what_would_run(finished, edit) == expected


def test_number_of_evidence_maps_scores_nothing_again(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["evaluate"]["evidence_maps"] = 0

    assert what_would_run(finished, edit) == {"evidence_maps", "bundle", "report"}


def test_number_of_damaged_videos_scores_nothing_else_again(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["evaluate"]["robustness"] = 12

    assert what_would_run(finished, edit) == {"robustness", "report"}


def test_calibration_scores_nothing_again(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["evaluate"]["calibration"] = "isotonic"

    assert what_would_run(finished, edit) == {"likelihood", "bundle", "report"}


def test_published_figures_change_the_report_only(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["databases"]["published"] = {"icassp2022": {"Celeb-DF": "demo_a"}}

    assert what_would_run(finished, edit) == {"report"}


def test_databases_that_recipes_are_compared_on_run_the_evaluation(finished: Finished) -> None:
    """Their figures move to another mean of the metrics."""

    def edit(settings: dict[str, Any]) -> None:
        settings["databases"]["compared_on"] = []

    assert what_would_run(finished, edit) == evaluated(*HEADS) | drawn("binary")


def test_family_runs_evaluation_and_what_shows_it(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["databases"]["families"] = {"both": ["demo_a", "demo_b"]}

    # Binary's map is coloured by the threshold that its evaluation wrote
    assert what_would_run(finished, edit) == evaluated(*HEADS) | BASELINE | drawn("binary")


def test_seed_runs_renderings_folds_and_maps_but_no_training_by_itself(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["seed"] = 2

    assert what_would_run(finished, edit) >= family("render", *DEMO) | family("train", *HEADS)
    ran = what_changed(finished, edit)
    expected = family("render", *DEMO) | fits("triplet", "arcface") | family("maps", *HEADS)
    assert ran == expected | {"likelihood", "uncertainty", "bundle", "report"}


def test_neighbours_of_the_open_set_score_compute_no_other_result(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["open_set"]["neighbours"] = 5

    assert what_would_run(finished, edit) == {"open_set", "bundle", "report"}


def test_baseline_without_pixels_touches_no_head(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["metadata_baseline"]["C"] = 0.1

    # what reads the folder of all scores looks again, to the same result
    expected = BASELINE | {"open_set", "likelihood", "uncertainty", "robustness"}
    expected |= {"figures", "bundle", "report"}
    assert what_would_run(finished, edit) == expected


def test_training_seeds_run_everything_from_the_trainings_on(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["train"]["seeds"] = [1, 2]

    expected = family("train", *HEADS) | embeds(*HEADS) | fits("triplet", "arcface")
    expected |= evaluated(*HEADS) | BASELINE | drawn(*HEADS)
    assert what_would_run(finished, edit) == expected


def test_learning_rate_runs_trainings_and_looks_at_the_rest_only_for_their_outputs(
    finished: Finished,
) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["train"]["learning_rate"] = 0.002

    ran = what_changed(finished, edit)
    assert ran == family("train", *HEADS) | {"report"}


def test_workers_and_devices_run_nothing(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["compute"] |= {"workers": 1, "device": "cpu", "block_videos": 3}
        settings["compute"] |= {"block_seconds": 9, "engine": "dask", "scheduler": "tcp://head:1"}

    assert what_would_run(finished, edit) == set()


def test_added_dataset_runs_its_own_stages_and_no_training(finished: Finished) -> None:
    """The superset is joined again, to the same bytes: `train` depends on those alone."""

    def edit(settings: dict[str, Any]) -> None:
        settings["datasets"]["added"] = {
            "adapter": "manifest",
            "root": "added",
            "manifest": "manifest.csv",
        }

    (finished.folder / "added").mkdir(exist_ok=True)
    (finished.folder / "added" / "manifest.csv").write_text("path,attack,split\n")
    # by their own inputs, settings and outputs, not by what comes before them in the graph
    ran = what_changed(finished, edit)
    assert ran & family("train", *HEADS) == set()
    own = {"catalog@added", "extract@added", "crop@added"} | embeds(*HEADS, of=("added",))
    assert own <= ran
    # What reads all datasets' results looks again; nothing of another dataset is made again.
    # (unknown has no list of datasets: it looks again when the new scores are there)
    # (the list of datasets tells evidence_maps which of the drawn ones are read)
    expected = {"superset", "evidence_maps"} | evaluated(*HEADS) | BASELINE | drawn(*HEADS)
    assert ran - own == expected - {"open_set"}


def test_pipeline_without_rendered_datasets_has_no_render_stage(finished: Finished) -> None:
    def edit(settings: dict[str, Any]) -> None:
        settings["rendered"] = {}

    with edited(finished, edit) as repo:
        names = named(repo.index.stages)
    assert not any(name.startswith("render") for name in names)
    assert "catalog@demo_a" in names


ALL = {
    *(
        "settings",
        "weights",
        "starting_weights",
        "render",
        "catalog",
        "extract",
        "crop",
        "superset",
        "train",
        "embed",
        "fit",
    ),
    *(
        "evaluate",
        "likelihood",
        "evidence_maps",
        "robustness",
        "open_set",
        "metadata_baseline",
        "uncertainty",
        "maps",
    ),
    *("figures", "bundle", "report"),
}
RESULTS = {"evaluate", "open_set", "metadata_baseline", "uncertainty"}
DRAWN = {"maps", "figures", "report"}
LISTED = {"settings", "superset", "evaluate", "metadata_baseline", "report"}
EDITED = {
    "core/tables.py": ALL,
    "workers/blocks.py": {"extract", "crop", "robustness"},
    "catalog/listing.py": LISTED | {"catalog"},
    "catalog/leaks.py": LISTED | {"bundle"},
    "catalog/adapters/rendered.py": LISTED | {"catalog"},
    "catalog/adapters/celeb_df.py": LISTED,
    "render/head.py": {"render", "evidence_maps"},
    "frames/video.py": {"extract", "robustness"},
    "faces/tracking.py": {"crop", "report"},
    "faces/tflite_onnx.py": {"weights", "crop", "report"},
    "faces/weights.py": {"settings", "weights", "crop", "report", "bundle"},
    "model/network.py": {"train", "embed", "evidence_maps", "robustness", "report", "bundle"},
    "train/training.py": {"train"},
    "embed/embeddings.py": {"embed"},
    "classify/fitting.py": {
        *("fit", "evaluate", "evidence_maps", "metadata_baseline", "robustness", "uncertainty"),
        *("maps", "figures", "report", "bundle"),
    },
    "evaluate/scoring.py": RESULTS | DRAWN | {"bundle", "likelihood", "robustness"},
    "likelihood/fitting.py": {"likelihood", "bundle", "report"},
    "evidence_maps/occlusion.py": {"evidence_maps", "robustness", "bundle", "report"},
    "robustness/encoding.py": {"robustness"},
    "figures/tsne.py": DRAWN,
    "report/latex.py": {"report"},
    "analyse/judging.py": {"bundle"},
    "cli/doctor.py": set(),
}


@pytest.mark.parametrize("module", EDITED)
def test_edit_of_a_module_changes_the_stages_of_its_package(
    module: str, finished: Finished
) -> None:
    path = finished.folder / "src/deepfake_attribution" / module
    assert changed_by(finished, path) == EDITED[module]


def test_edit_of_a_head_trains_no_other(finished: Finished) -> None:
    heads = finished.folder / "src/deepfake_attribution/heads"
    cheap = RESULTS | DRAWN | {"settings", "bundle"}
    assert changed_by(finished, heads / "arcface.py", whole=True) - {"train@arcface"} == {
        stage for stage in all_stages(finished) if stage.split("@")[0] in cheap
    }


def all_stages(finished: Finished) -> set[str]:
    return named(finished.repo.index.stages)


def changed_by(finished: Finished, path: Path, whole: bool = False) -> set[str]:
    """Return the stages (their families, unless ``whole``) that depend on a file in ``path``."""
    relative = path.relative_to(finished.folder).as_posix()
    assert path.is_file()
    found = set()
    for stage in finished.repo.index.stages:
        listed = {
            Path(dep.fs_path).relative_to(finished.folder).as_posix()
            for dep in stage.deps
            if not isinstance(dep, ParamsDependency)
        }
        if any(relative == one or relative.startswith(f"{one}/") for one in listed):
            found |= named([stage])
    return found if whole else {name.split("@")[0] for name in found}
