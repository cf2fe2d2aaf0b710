from dataclasses import dataclass

import pytest

from deepfake_attribution.render.clip import View, render_clip
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.people import draw_person
from deepfake_attribution.render.scene import draw_scene

VIEW = View(320, 240, 12)


@dataclass(frozen=True)
class Pair:
    target: Footage
    donor: Footage


@pytest.fixture(scope="session")
def pair() -> Pair:
    """Clips of two people, ten frames each, before camera and attack."""
    target, donor = (
        render_clip(draw_person(5, "a", n), draw_scene(5, "a", n), VIEW, n, 10) for n in (1, 2)
    )
    return Pair(target, donor)
