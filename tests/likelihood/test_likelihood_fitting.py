"""How calibrations are fitted, chosen and bounded; and which videos they see."""

import dataclasses

import numpy as np
import pytest

from deepfake_attribution.likelihood import fitting, measures
from deepfake_attribution.likelihood.fitting import Validation, fit
from ratios import spread, validation


@pytest.mark.parametrize("choice", ["logistic", "isotonic"])
def test_ratios_say_more_than_nothing_and_rise_with_the_score(choice: str) -> None:
    given = spread()
    found = fit(given, choice, 5)
    assert found.calibration is not None and found.calibration.kind == choice
    assert measures.cllr(found.out_of_fold, given.real) < 0.8
    ratios = found.calibration.log10_lr(np.linspace(-5, 7, 300))
    assert (np.diff(ratios) >= 0).all() and ratios[0] < 0 < ratios[-1]


def test_the_way_with_the_lower_cross_validated_cllr_is_taken() -> None:
    found = fit(spread(), "auto", 5).calibration
    assert found is not None and set(found.cllr) == {"logistic", "isotonic"}
    assert found.kind == min(found.cllr, key=lambda kind: found.cllr[kind])
    cost = measures.cllr(fit(spread(), "auto", 5).out_of_fold, spread().real)
    assert found.cllr[found.kind] == cost


def test_logistic_is_close_to_the_ratio_of_two_normals() -> None:
    given = spread(sources=2000, apart=2.0)
    found = fit(given, "logistic", 5).calibration
    assert found is not None
    scores = np.array([0.0, 1.0, 2.0])
    truth = (scores * 2 - 2) / np.log(10)  # log of N(2, 1) / N(0, 1)
    assert found.unbounded(scores) == pytest.approx(truth, abs=0.12)


@pytest.mark.parametrize("choice", ["logistic", "isotonic"])
def test_separated_scores_are_bounded_by_how_many_there_are(choice: str) -> None:
    random = np.random.default_rng(0)
    real, fake = random.normal(50, 1, 20), random.normal(-50, 1, 30)
    found = fit(validation(real.tolist(), fake.tolist()), choice, 5).calibration
    assert found is not None
    ends = found.log10_lr([-1e6, 1e6])
    assert -np.log10(20 + 1) - 0.02 <= ends[0] < 0 < ends[1] <= np.log10(30 + 1) + 0.02


def test_a_higher_score_never_speaks_for_fake() -> None:
    given = spread(apart=-2.0)  # reals score lower: the wrong way round
    for choice in ("logistic", "isotonic"):
        found = fit(given, choice, 5).calibration
        assert found is not None
        assert (np.diff(found.log10_lr(np.linspace(-5, 5, 50))) >= 0).all()
    logistic = fit(given, "logistic", 5).calibration
    assert logistic is not None and logistic.log10_lr([-5, 5]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (validation([], [0.1, 0.2]), "no real validation video has a score"),
        (validation([0.1, 0.2], []), "no fake validation video has a score"),
        (validation([0.5] * 6, [0.5] * 6), "all 12 validation videos have the same score"),
        (
            validation([0.5, 0.6], [0.1, 0.2], groups=["a", "a", "a", "b"]),
            "all 2 real validation videos with a score are of one source",
        ),
    ],
)
def test_what_cannot_be_fitted_has_a_reason(given: Validation, reason: str) -> None:
    found = fit(given, "auto", 5)
    assert found.calibration is None and found.reason == reason
    assert len(found.out_of_fold) == len(given.scores) and np.isnan(found.out_of_fold).all()


def test_too_few_sources_for_folds_have_a_reason() -> None:
    """Two sources with reals, one of which has all the fakes but one."""
    given = validation([0.5, 0.6], [0.1, 0.2], groups=["a", "b", "a", "b"])
    found = fit(given, "auto", 5)
    assert found.calibration is not None or found.reason


def test_videos_of_one_source_are_never_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    given = spread(sources=12)
    seen: list[set[float]] = []
    original = fitting._parameters

    def spy(kind: str, values: np.ndarray, real: np.ndarray) -> dict:
        seen.append(set(values.tolist()))
        return original(kind, values, real)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "_parameters", spy)
    fit(given, "logistic", 4)
    *folds, whole = seen
    assert len(folds) == 4 and len(whole) == len(given.scores)
    for source in np.unique(given.groups):
        own = set(given.scores[given.groups == source].tolist())
        for used in folds:
            assert own <= used or not own & used  # wholly inside, or wholly held out
        assert sum(not own & used for used in folds) == 1


def test_out_of_fold_ratios_do_not_know_their_own_source() -> None:
    """A change of one source's scores changes nothing of what rates the source itself."""
    given = spread(sources=12)
    own = given.groups == "s3"
    moved = dataclasses.replace(given, scores=np.where(own, given.scores + 1e-3, given.scores))
    parts = fitting._folds(given, 4)
    assert parts is not None
    for kind in fitting.KINDS:
        for rest, held_out in parts:
            if own[held_out].any():
                first, second = (
                    fitting._parameters(kind, one.scores[rest], one.real[rest])
                    for one in (given, moved)
                )
                assert first == second
