"""Which stages of the heads can run side by side, each head's in a ``dvc repro`` of its own.

DVC runs one stage after the other. On a CPU most of them use one core: a training has
``train.threads``, and the other stages of a head spend their seconds on imports. So the first run
of the pipeline begins with several ``dvc repro`` at once, which share no stage.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from deepfake_attribution.core import paths
from deepfake_attribution.core.devices import threads
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, read

EDGE = re.compile(r'^"([^"]+)" -> "([^"]+)";$', re.MULTILINE)


@dataclass(frozen=True)
class Parts:
    """Stages in the order of their runs.

    Attributes:
        before: what stages of heads need and is no head's own.
        heads: for each head, its stages that need no other head, in an order to run them in.
        at_once: how many heads run side by side.
    """

    before: list[str]
    heads: list[list[str]]
    at_once: int

    def rounds(self) -> Iterator[tuple[list[list[str]], int]]:
        """Give what runs first and next: the arguments of each ``dvc repro``, and how many."""
        if self.before:  # without any, `dvc repro` would run everything
            yield [self.before], 1
        # Alone, without those before them: DVC would look at these, too, and while it looks at a
        # stage, no other `dvc repro` may read its outputs.
        yield [["--single-item", *stages] for stages in self.heads], self.at_once


def untrained() -> list[str]:
    """Return the heads without a model; none if they are not to run side by side.

    They are if there are two, and ``train.threads`` leaves cores for two.
    """
    try:
        settings = read(PARAMS)
    except UserError:
        return []  # DVC says what is wrong with it
    heads = settings.get("heads")
    if not isinstance(heads, Mapping):
        return []
    found = [str(head) for head in heads if not (paths.MODELS / str(head)).exists()]
    return found if min(len(found), _at_once(settings)) > 1 else []


def parts(listing: str, heads: Sequence[str]) -> Parts | None:
    """Return what runs side by side; None if only one head has stages.

    Args:
        listing: what ``dvc dag --dot`` prints.
        heads: `untrained`.
    """
    needs: dict[str, set[str]] = {}
    for first, then in EDGE.findall(listing):
        needs.setdefault(then, set()).add(first)
    settings = read(PARAMS)
    return _split(needs, heads, [str(head) for head in settings["heads"]], _at_once(settings))


def _at_once(settings: Mapping[str, Any]) -> int:
    """Return how many trainings have cores of their own; 0 if each takes all cores."""
    train = settings.get("train")
    each = train.get("threads") if isinstance(train, Mapping) else None
    return threads() // each if isinstance(each, int) and each > 0 else 0


def _split(
    needs: Mapping[str, set[str]], new: Sequence[str], heads: Sequence[str], at_once: int
) -> Parts | None:
    """Split the graph.

    Args:
        needs: stage -> the stages right before it.
        new: heads that are to run side by side.
        heads: all of them.
        at_once: at most.
    """
    order = [*TopologicalSorter(needs).static_order()]
    owner = {stage: head for stage in order for head in heads if _is_of(stage, head)}
    own: dict[str, list[str]] = {head: [] for head in new}
    before: set[str] = set()
    above: dict[str, set[str]] = {}  # stage -> all stages before it
    for stage in order:
        above[stage] = {one for near in needs.get(stage, ()) for one in (near, *above[near])}
        head = owner.get(stage)
        if head in own and all(owner.get(one, head) == head for one in above[stage]):
            own[head].append(stage)
            before |= above[stage] - owner.keys()
    lanes = [stages for stages in own.values() if stages]
    return Parts(sorted(before), lanes, at_once) if len(lanes) > 1 else None


def _is_of(stage: str, head: str) -> bool:
    """Return whether a stage is a head's: ``embed@triplet-demo_a`` is triplet's."""
    key = stage.partition("@")[2]
    return key == head or key.startswith(f"{head}-")
