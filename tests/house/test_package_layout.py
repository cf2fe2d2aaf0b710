"""The house's rules: which package may import which, and what stages say they use."""

import ast
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from stage_imports import imported

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "deepfake_attribution"

# A module may import from its own layer (listed beside it) and from those below.
LAYERS = [
    {"cli"},
    {"ablation", "redrawing", "reading"},
    {"serving"},
    {"analysis"},
    {"bundle"},
    {"simulation", "evaluation", "fitting", "figures", "report", "page", "repeated_training"}
    | {"unknown", "cues", "doubt", "verdicts"},
    {"checkup", "stage_times"},
    {"training", "embeddings", "classifier_files", "extraction", "face_crops", "superset"}
    | {"contents"},
    {"onnx_export", "torch_embedding"}
    | {"classifiers", "heads", "model", "loading", "curves", "protocol", "scoring", "metrics"}
    | {"attribution"}
    | {"checkpoints", "failures", "optimisation", "over_seeds", "face_report", "face_sheet"}
    | {"validation", "training_data", "processes", "open_set", "confusion_rows"},
    {"losses", "network", "backbones", "rendering", "faces", "video", "images", "blocks"}
    | {"decoding", "sparse_decoding", "packet_kinds", "packet_needs", "mpeg4_packets"}
    | {"mjpeg_packets", "stored_pictures", "shared_batches", "kept_memory", "starting_weights"}
    | {"recipe", "epoch_order", "augmentation", "self_blending"}
    | {"description", "probabilities", "devices", "crop_reader", "onnx_model"}
    | {"isolation", "apart", "block_files", "engines"},
    {"catalog"},
    {"params", "tables", "shards", "fingerprint", "paths", "durable", "errors", "published"}
    | {"forked_memory"},
]


def layer_of(module: Path) -> int:
    name = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return next(depth for depth, names in enumerate(LAYERS) if name in names)


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(module: Path) -> None:
    upward = [
        str(path.relative_to(PACKAGE))
        for path in imported(module, SOURCE)
        if layer_of(path) < layer_of(module)
    ]
    assert not upward, f"{module.name} imports from above: {upward}"


def test_package_files_hold_a_docstring_only() -> None:
    root = PACKAGE / "__init__.py"  # sets the environment before anything loads torch
    for path in {*PACKAGE.rglob("__init__.py")} - {root}:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert len(body) == 1 and isinstance(body[0], ast.Expr), path


def test_source_does_not_know_stages_or_dvc() -> None:
    queue = PACKAGE / "ablation" / "queue.py"  # asks for experiments, reads what came of them
    for path in set(modules()) - {queue}:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            assert not {name.split(".")[0] for name in names} & {"stages", "dvc"}, path


def stages() -> dict[str, dict]:
    content = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    return {name: stage.get("do", stage) for name, stage in content.items()}


@pytest.mark.parametrize("name", sorted(stages()))
def test_stage_lists_exactly_the_modules_it_imports(name: str) -> None:
    script = ROOT / "stages" / f"{name}.py"
    listed = {dep for dep in stages()[name]["deps"] if dep.endswith(".py")}
    used = {str(path.relative_to(ROOT)) for path in [script, *imported(script, SOURCE)]}
    if name == "catalog":  # loads an adapter by its name, which is one of the dataset's settings
        adapters = PACKAGE / "catalog" / "adapters"
        used.add(str(adapters.relative_to(ROOT) / "${item.adapter}.py"))
        for adapter in set(adapters.glob("*.py")) - {adapters / "__init__.py"}:
            shared = imported(adapter, SOURCE)
            assert not any(path.parent == adapters for path in shared), "adapters stand alone"
            used |= {str(path.relative_to(ROOT)) for path in shared}
    assert listed == used


def test_stage_commands_hold_names_only() -> None:
    """A value in a command would rerun every stage that shares the line."""
    for name, stage in stages().items():
        words = stage["cmd"].split()
        assert words[:2] == ["python", f"stages/{name}.py"]
        assert set(words[2:]) <= {"${key}", "${item.head}", "${item.dataset}", "${item.classifier}"}


def test_no_stage_depends_on_how_the_work_is_spread() -> None:
    for stage in stages().values():
        assert not any(param.startswith("compute") for param in stage.get("params", []))
