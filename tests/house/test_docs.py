"""What the documentation shows works as shown."""

import re
import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from deepfake_attribution.catalog import registry
from deepfake_attribution.cli.profiles import stacked
from deepfake_attribution.core.settings import Dataset

DOCS = Path(__file__).parents[2] / "docs"


def test_adapter_of_the_documentation_lists_its_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (DOCS / "datasets.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "studio.py").write_text(code)
    spec = spec_from_file_location("studio", tmp_path / "studio.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "studio", module)
    spec.loader.exec_module(module)
    for path in ("real/ann.mp4", "real/bob.mp4", "fake/ann_bob.mp4"):
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).touch()
    monkeypatch.setattr(registry, "adapter_of", lambda *_: module)
    dataset = Dataset(adapter="studio", root=str(tmp_path / "tree"))
    listing = registry.list_videos("mine", {"mine": dataset})
    assert listing.found() == {("test", "real"): 2, ("test", "studio_swap"): 1}
    assert len(listing.shortages()) == 2
    fake = listing.videos.iloc[-1]
    assert (fake["identity"], fake["donor"], fake["source"]) == ("ann", "bob", "real/ann.mp4")


def test_settings_of_further_datasets_are_those_of_their_adapters() -> None:
    page = (DOCS / "datasets.md").read_text()
    section = page.split("## Further datasets")[1].split("\n## ")[0]
    shown = YAML(typ="safe").load("".join(re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)))
    assert set(shown) == set(re.findall(r"\n### `(\w+)`", section))
    for name, settings in shown.items():
        registry.settings_of(name, Dataset.model_validate(settings))


def test_profile_of_the_look_at_real_video_can_be_written(tmp_path: Path) -> None:
    page = (DOCS / "real-look.md").read_text()
    (mine,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    shutil.copytree(DOCS.parent / "profiles", tmp_path / "profiles")
    assert mine.startswith("extends: best\n")
    plain = mine.replace("extends: best\n\n", "")  # the demo's recipe
    for text in (mine, plain):
        (tmp_path / "profiles/mine.yaml").write_text(text)
        settings = stacked(["mine"], tmp_path / "profiles")
        assert list(settings["datasets"]) == settings["superset"]["datasets"] == ["mine"]
        assert settings["rendered"] == {} and settings["train"]["epochs"] == 4
