"""The rules of the house: which package may import which, and what stages list in dvc.yaml."""

import ast
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from deepfake_attribution.core import code
from deepfake_attribution.heads import registry
from stage_imports import imported

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "deepfake_attribution"

# A package may import itself, core, and these; nothing else.
MAY_IMPORT = {
    "core": set(),
    "workers": set(),
    "catalog": set(),
    "render": set(),
    "model": set(),
    "classify": set(),
    "heads": set(),
    "frames": {"workers"},
    "faces": {"workers"},
    "train": {"heads", "model"},
    "embed": {"model"},
    "evaluate": {"catalog", "classify", "heads"},
    "likelihood": {"evaluate"},
    "evidence_maps": {"classify", "evaluate", "heads", "model", "render"},
    "robustness": {
        *("evaluate", "evidence_maps", "faces", "frames", "heads", "render", "workers"),
    },
    "figures": {"classify", "evaluate", "heads"},
    "report": {
        *("catalog", "classify", "evaluate", "evidence_maps", "faces", "figures", "heads"),
        *("likelihood", "model", "robustness"),
    },
}
MAY_IMPORT["analyse"] = {*MAY_IMPORT, "analyse"}
MAY_IMPORT["enrol"] = {*MAY_IMPORT, "enrol"}
MAY_IMPORT["cli"] = {*MAY_IMPORT, "cli"}


def package_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(module: Path) -> None:
    own = package_of(module)
    used = {package_of(path) for path in imported(module, SOURCE, depth=1)}
    assert used <= {own, "core", *MAY_IMPORT[own]}


def test_only_packages_lie_at_the_root() -> None:
    assert [path.name for path in PACKAGE.glob("*.py")] == ["__init__.py"]
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(MAY_IMPORT)


def test_package_files_hold_a_docstring_only() -> None:
    root = PACKAGE / "__init__.py"  # sets the environment before anything loads torch
    for path in {*PACKAGE.rglob("__init__.py")} - {root}:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert len(body) == 1 and isinstance(body[0], ast.Expr), path


def test_folders_of_code_hold_code_only() -> None:
    """Anything else in them would run stages again: a README, a picture."""
    kinds = {path.suffix for path in PACKAGE.rglob("*") if path.is_file()} - {".pyc"}
    assert kinds <= code.KINDS | {".svg"}


def test_source_does_not_know_stages_or_dvc() -> None:
    ablation = PACKAGE / "cli" / "ablation"  # queues experiments and reads their results
    for path in (path for path in modules() if path.parent != ablation):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            assert not {name.split(".")[0] for name in names} & {"stages", "dvc"}, path


def stages() -> dict[str, dict]:
    content = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    return {name: stage.get("do", stage) for name, stage in content.items()}


def listed(name: str) -> set[str]:
    """Return the folders and files of the package that a stage lists."""
    start = "src/deepfake_attribution/"
    return {dep.removeprefix(start) for dep in stages()[name]["deps"] if dep.startswith(start)}


@pytest.mark.parametrize("name", sorted(stages()))
def test_stage_lists_exactly_the_code_that_it_imports(name: str) -> None:
    """Each imported module is listed or in a listed folder; each entry holds one that is used."""
    assert f"stages/{name}.py" in stages()[name]["deps"]
    used = imported(ROOT / "stages" / f"{name}.py", SOURCE)
    entries = listed(name)
    if name == "catalog":  # loads an adapter by its name, which is one of the dataset's settings
        entries.remove("catalog/adapters/${item.adapter}.py")
        adapters = PACKAGE / "catalog" / "adapters"
        for adapter in set(adapters.glob("*.py")) - {adapters / "__init__.py"}:
            shared = imported(adapter, SOURCE)
            assert not any(path.parent == adapters for path in shared), "adapters stand alone"
            used |= shared
    if name == "train":  # loads a head by its name
        entries.remove("heads/${key}.py")
        for head in registry.names():
            used |= imported(PACKAGE / "heads" / f"{head}.py", SOURCE)
    relative = {path.relative_to(PACKAGE) for path in used}
    places = {Path(entry) for entry in entries}
    assert {path for path in relative if not {path, *path.parents} & places} == set()
    needed = {place for path in relative for place in (path, *path.parents)}
    assert places - needed == set()


@pytest.mark.parametrize("name", sorted(code.USED))
def test_what_resumes_depends_on_the_code_that_dvc_lists(name: str) -> None:
    own = {"heads/${key}.py"} if name == "train" else set()  # `training.identity` adds it
    assert {*code.USED[name], *own} == listed(name)


def test_every_stage_has_a_description() -> None:
    for name, stage in stages().items():
        assert stage.get("desc"), name


def test_stage_commands_hold_names_only() -> None:
    """A value in a command would rerun every stage that shares the line."""
    for name, stage in stages().items():
        words = stage["cmd"].split()
        assert words[:2] == ["python", f"stages/{name}.py"]
        assert set(words[2:]) <= {"${key}", "${item.head}", "${item.dataset}", "${item.classifier}"}


def test_no_stage_depends_on_how_the_work_is_spread() -> None:
    """But for the stage that checks all of params.yaml, and whose output is always the same."""
    for name, stage in stages().items():
        assert name == "settings" or not any(p.startswith("compute") for p in stage["params"])


def test_heads_sections_are_named_by_their_training_only() -> None:
    """A head can then be added and removed in params.yaml alone."""
    sections = {registry.module(name).Settings.section for name in registry.names()}
    for name, stage in stages().items():
        assert not sections & {str(entry).split(".")[0] for entry in stage["params"]}, name


def test_files_of_tests_have_names_of_their_own() -> None:
    """pytest imports them by name alone, and durations.json knows them by it."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(set(names)) == sorted(names)
