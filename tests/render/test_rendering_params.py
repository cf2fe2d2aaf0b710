import subprocess
import sys
from pathlib import Path

import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import validate
from deepfake_attribution.render.settings import ATTACK_NAMES, Rendered

ROOT = Path(__file__).parents[2]
GOOD = {
    "identities": {"train": 2, "val": 0, "test": 3},
    "clips": 1,
    "attacks": ["sim_mouth"],
    "strength": [0.0, 1.0],
    "frames": 24,
    "fps": 12,
    "width": 320,
    "height": 240,
    "camera": "phone",
    "crf": 23,
}


def section(**changes):
    return {"rendered": {"one": {**GOOD, **changes}}}


def test_good_section_is_read():
    database = validate(Rendered, section(), Path("params.yaml")).root["one"]
    assert database.identities.test == 3 and database.attacks == ["sim_mouth"]
    assert validate(Rendered, {"rendered": {}}, Path("params.yaml")).root == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"attacks": ["sim_moth"]},
            "'sim_moth' is none of the attacks: " + ", ".join(ATTACK_NAMES),
        ),
        ({"attacks": ["sim_mouth", "sim_mouth"]}, "named twice"),
        ({"identities": {"train": 1, "val": 0, "test": 2}}, "identities.train"),
        ({"identities": {"train": -1, "val": 0, "test": 2}}, "identities.train: -1"),
        ({"strength": [0.6, 0.4]}, "the weaker end comes first"),
        ({"strength": [0.0, 1.1]}, "strength"),
        ({"strength": [0.5]}, "strength"),
        ({"strength": 0.5}, "strength"),
        ({"width": 321}, "even"),
        ({"height": 20}, "height: 20"),
        ({"camera": "box"}, "camera: 'box'"),
        ({"crf": 60}, "crf: 60"),
        ({"crf": "23"}, "crf: '23'"),
        ({"colour": 1}, "colour: no such setting"),
    ],
)
def test_bad_value_is_named(changes, message):
    with pytest.raises(UserError) as caught:
        validate(Rendered, section(**changes), Path("params.yaml"))
    assert message in str(caught.value) and str(caught.value).startswith("params.yaml: rendered.")


def test_missing_key_and_bad_name_are_named():
    without = {key: value for key, value in GOOD.items() if key != "fps"}
    with pytest.raises(UserError, match=r"rendered\.one\.fps: this setting is missing"):
        validate(Rendered, {"rendered": {"one": without}}, Path("params.yaml"))
    with pytest.raises(UserError, match=r"rendered\.\.\./up"):
        validate(Rendered, {"rendered": {"../up": GOOD}}, Path("params.yaml"))


def test_settings_load_without_opencv():
    code = (
        "import sys, deepfake_attribution.render.settings; "
        "sys.exit('cv2' in sys.modules or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PARAMS = """\
seed: 1
compute: {workers: 1, device: auto, devices: 1, nodes: 1, compile: false, tensorboard: false,
  precision: 32-true, block_videos: 8,
  block_seconds: 600, engine: local, scheduler: "",
  checkpoint_seconds: 60}
rendered:
  one:
    identities: {train: 0, val: 0, test: 2}
    clips: 1
    attacks: [sim_blend]
    strength: [0.0, 1.0]
    frames: 2
    fps: 12
    width: 160
    height: 160
    camera: webcam
    crf: 30
"""


def stage(folder, *names):
    command = [sys.executable, str(ROOT / "stages" / "render.py"), *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_stage_draws_the_database_that_it_is_asked_for(tmp_path):
    (tmp_path / "params.yaml").write_text(PARAMS)
    done = stage(tmp_path, "one")
    assert done.returncode == 0, done.stderr
    videos = sorted(path.parent.name for path in (tmp_path / "data/videos/one").rglob("*.mp4"))
    assert videos == ["real", "real", "sim_blend", "sim_blend"]


def test_stage_says_which_databases_there_are(tmp_path):
    (tmp_path / "params.yaml").write_text(PARAMS)
    failed = stage(tmp_path, "three")
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1 and "'three' is not in" in failed.stderr
    assert "(there: one)" in failed.stderr
