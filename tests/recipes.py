"""Settings of tiny trainings for tests."""

from typing import Any

from crop_sets import SIZE
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.heads.arcface import Settings as Loss
from deepfake_attribution.heads.attribution import Settings as Attribution
from deepfake_attribution.heads.binary import Settings as Binary
from deepfake_attribution.heads.settings import HeadSection
from deepfake_attribution.heads.triplet import Settings as Triplet
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.settings import Train

COMPUTE = Compute(
    workers=1,
    device="cpu",
    devices=1,
    nodes=1,
    precision="32-true",
    compile=False,
    tensorboard=False,
    block_videos=1,
    checkpoint_seconds=60,
    block_seconds=600,
    engine="local",
    scheduler="",
)
EVERY_STEP = COMPUTE.model_copy(update={"checkpoint_seconds": 0})
BACKBONE = Backbone(
    name="test_efficientnet", weights="none", input_size=SIZE, embedding=8, channels_last=True
)
TRAIN = Train(
    seeds=[1],
    epochs=2,
    batch_size=6,
    sampling="shuffled",
    self_blended=False,
    optimiser="adam",
    learning_rate=2e-3,
    backbone_rate=1.0,
    freeze="none",
    schedule="constant",
    warmup=0.0,
    weight_decay=0.0,
    averaging=0.0,
    flip=True,
    threads=0,
)
AUGMENT = Augment(
    chance=0.0,
    jpeg=[40, 100],
    downscale=0.5,
    blur=0.02,
    brightness=0.2,
    contrast=0.2,
    hue=0.05,
    erasing=0.2,
)
OWN: dict[str, Any] = dict.fromkeys(HeadSection.model_fields)  # every head has train's values
LOSSES: dict[str, HeadSection] = {
    "binary": Binary(label_smoothing=0.0, **OWN),
    "attribution": Attribution(label_smoothing=0.1, **OWN),
    "triplet": Triplet(normalised=True, mining="semi_hard", margin=0.2, **OWN),
    "arcface": Loss(margin_real=0.5, margin_fake=0.4, scale=16.0, **OWN),
}


def recipe(
    head: str = "attribution", seed: int = 1, augment: Augment = AUGMENT, **changes: Any
) -> Recipe:
    """Return the recipe of a head, with changes to its section ``train``."""
    train = TRAIN.model_copy(update=changes)
    return Recipe(head, seed, BACKBONE, train, augment, LOSSES[head])
