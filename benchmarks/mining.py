"""A training step of semi-hard triplets, against pytorch-metric-learning.

    python benchmarks/mining.py [--rounds 7] [--threads 1]

512 embeddings of 64 numbers, of 6 classes: mined, the loss taken, and its gradient. The other
lists all triplets of the batch (19 million) and keeps the semi-hard ones; ours finds one negative
for each pair by sorting. So they do not minimise the same mean; both are the semi-hard rule of
FaceNet, as each documents it.
"""

import argparse

import torch
from torch import Tensor

import measure
from deepfake_attribution.heads.settings import HeadSection
from deepfake_attribution.heads.triplet import SemiHardTriplet, Settings

BATCH, DIMENSION, CLASSES, MARGIN = 512, 64, 6, 0.2


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--rounds", type=int, default=7)
    words.add_argument("--threads", type=int, default=1)
    chosen = measure.options(words)
    torch.set_num_threads(chosen.threads)
    source = torch.Generator().manual_seed(0)
    embeddings = torch.randn(BATCH, DIMENSION, generator=source)
    labels = torch.randint(CLASSES, (BATCH,), generator=source)
    works = {
        "ours": _ours(embeddings, labels),
        "pytorch_metric_learning": _peer(embeddings, labels),
    }
    results = measure.compared("mine", measure.rates(works, chosen.rounds), "steps/s")
    measure.show(results)
    measure.keep(results, chosen)


def _ours(embeddings: Tensor, labels: Tensor) -> measure.Work:
    own = dict.fromkeys(HeadSection.model_fields)
    loss = SemiHardTriplet(Settings(normalised=True, mining="semi_hard", margin=MARGIN, **own))

    def work() -> float:
        steps = 10  # one alone is short beside what else the machine does
        for _ in range(steps):
            loss(embeddings.clone().requires_grad_(), labels).backward()
        return steps

    return work


def _peer(embeddings: Tensor, labels: Tensor) -> measure.Work:
    library = "pytorch_metric_learning"
    miners, losses = measure.peer(f"{library}.miners"), measure.peer(f"{library}.losses")
    miner = miners.TripletMarginMiner(margin=MARGIN, type_of_triplets="semihard")
    loss = losses.TripletMarginLoss(margin=MARGIN)

    def work() -> float:
        leaf = embeddings.clone().requires_grad_()
        loss(leaf, labels, miner(leaf, labels)).backward()
        return 1

    return work


if __name__ == "__main__":
    main()
