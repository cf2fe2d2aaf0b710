"""The log-odds that are derived are those of the scores."""

import numpy as np
import pytest
import torch
from scipy.special import logit

from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.evidence_maps import log_odds
from deepfake_attribution.model.probabilities import probabilities


def fitted(classes: list[str], normalised: bool) -> Fitted:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler

    random = np.random.default_rng(1)
    names = np.array(classes)[np.arange(60) % len(classes)]
    values = random.normal(size=(60, 5)) + (names == "real")[:, None]
    steps = [*([Normalizer()] if normalised else []), StandardScaler(), LogisticRegression(C=0.1)]
    return Fitted("lr", make_pipeline(*steps).fit(values, names), None, {})


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize(
    "classes", [["real", "swap"], ["melt", "real"], ["real", "melt", "swap"], ["a", "real", "z"]]
)
def test_logistic_regression(classes: list[str], normalised: bool) -> None:
    own = fitted(classes, normalised)
    embeddings = np.random.default_rng(2).normal(size=(7, 5)).astype(np.float32)
    found = log_odds.of_classifier(own)
    assert found is not None
    np.testing.assert_allclose(
        found(torch.from_numpy(embeddings)).numpy(), logit(own.score(embeddings)), rtol=1e-6
    )


def test_heads_that_score_by_themselves() -> None:
    outputs = np.random.default_rng(3).normal(size=(7, 4)).astype(np.float32)
    for output, own in (("real", outputs[:, :1]), ("classes", outputs)):
        found = log_odds.of_head(output)(torch.from_numpy(own)).numpy()  # type: ignore[arg-type]
        expected = logit(probabilities(output, own)[:, 0].astype(np.float64))
        np.testing.assert_allclose(found, expected, rtol=1e-4)
