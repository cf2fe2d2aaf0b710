"""Optimisers and their schedules."""

import pytest
import torch

from deepfake_attribution.train.optimisation import make_optimiser
from deepfake_attribution.train.settings import Train
from recipes import TRAIN


def settings(**changes: object) -> Train:
    return TRAIN.model_copy(update={"learning_rate": 0.1, "schedule": "one_cycle"} | changes)


def rates(steps: int, **changes: object) -> list[float]:
    """Return the learning rate of every step."""
    weight = torch.nn.Parameter(torch.zeros(1))
    made = make_optimiser([weight], [], settings(**changes), steps)
    optimiser, schedule = made["optimizer"], made["lr_scheduler"]["scheduler"]
    seen = []
    for _ in range(steps):
        seen.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return seen


def test_one_cycle_rises_for_a_quarter_and_falls_to_almost_nothing() -> None:
    seen = rates(40)
    assert seen[9] == pytest.approx(0.1)  # the tenth of forty steps
    assert seen[:10] == sorted(seen[:10])
    assert seen[9:] == sorted(seen[9:], reverse=True)
    assert seen[-1] < 1e-5


@pytest.mark.parametrize("steps", range(1, 12))
def test_one_cycle_works_for_few_steps(steps: int) -> None:
    seen = rates(steps)
    assert len(seen) == steps
    assert all(0 < rate <= 0.1 + 1e-12 for rate in seen)


def test_constant_rate_has_no_schedule_and_names_choose_the_optimiser() -> None:
    weight = torch.nn.Parameter(torch.zeros(1))
    made = make_optimiser([weight], [], settings(schedule="constant", optimiser="adamw"), 5)
    assert type(made) is torch.optim.AdamW
    assert made.param_groups[0]["lr"] == 0.1


def test_cosine_rises_over_its_share_and_falls_to_nothing() -> None:
    seen = rates(40, schedule="cosine", warmup=0.1)
    assert seen[:5] == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.1])
    assert seen[22] == pytest.approx(0.05)  # half of the way down, from step 4 to step 40
    assert seen[4:] == sorted(seen[4:], reverse=True) and 0 < seen[-1] < 0.001


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_cosine_works_for_few_steps(steps: int) -> None:
    seen = rates(steps, schedule="cosine", warmup=0.5)
    assert len(seen) == steps and all(0 < rate <= 0.1 for rate in seen)


@pytest.mark.parametrize("schedule", ["constant", "one_cycle", "cosine"])
def test_backbone_has_its_share_of_every_step_s_rate(schedule: str) -> None:
    new, backbone = (torch.nn.Parameter(torch.zeros(1)) for _ in range(2))
    made = make_optimiser([new], [backbone], settings(schedule=schedule, backbone_rate=0.1), 12)
    optimiser = made["optimizer"] if isinstance(made, dict) else made
    assert [group["params"] for group in optimiser.param_groups] == [[backbone], [new]]
    for _ in range(12):
        slow, fast = (group["lr"] for group in optimiser.param_groups)
        assert slow == pytest.approx(0.1 * fast, rel=1e-3) and fast > 0
        optimiser.step()
        if isinstance(made, dict):
            made["lr_scheduler"]["scheduler"].step()


def test_frozen_weights_are_in_no_group() -> None:
    new, frozen = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1), False)
    made = make_optimiser([new], [frozen], settings(schedule="constant", weight_decay=0.1), 5)
    assert [group["params"] for group in made.param_groups] == [[new]]
