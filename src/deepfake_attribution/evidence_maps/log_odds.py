"""The log-odds of real, log P(real) - log(1 - P(real)), as a function that PyTorch can derive."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core.outputs import EMBEDDING, ONE_LOGIT, Output
from deepfake_attribution.core.video import REAL

LogOdds = Callable[[Tensor], Tensor]  # outputs of a head (B, O) to (B,)


def of_head(output: Output) -> LogOdds:
    """Return the log-odds of a head that scores by itself."""
    assert output != EMBEDDING
    if output == ONE_LOGIT:
        return lambda outputs: outputs[:, 0]
    return lambda outputs: _first_against_rest(outputs)


def of_classifier(fitted: Fitted) -> LogOdds | None:
    """Return the log-odds of a classifier's P(real); None for NN and SVM.

    A nearest neighbours' score is a count and has no derivative. An SVM's is no P(real).
    """
    if fitted.kind != "lr":
        return None
    *_, scaler, model = (step for _, step in fitted.model.steps)
    normalised = len(fitted.model.steps) == 3  # to unit length first
    mean, scale = (torch.from_numpy(values) for values in (scaler.mean_, scaler.scale_))
    weights, bias = (torch.from_numpy(values) for values in (model.coef_, model.intercept_))
    classes = [str(name) for name in model.classes_]
    order = [classes.index(REAL), *(place for place, name in enumerate(classes) if name != REAL)]

    def log_odds(embeddings: Tensor) -> Tensor:
        values = embeddings.double()
        values = functional.normalize(values, eps=1e-300) if normalised else values
        found = (values - mean) / scale @ weights.T + bias
        if len(classes) == 2:  # one column, for the second class
            return found[:, 0] if classes[1] == REAL else -found[:, 0]
        return _first_against_rest(found[:, order])

    return log_odds


def _first_against_rest(logits: Tensor) -> Tensor:
    return logits[:, 0] - torch.logsumexp(logits[:, 1:], dim=1)
