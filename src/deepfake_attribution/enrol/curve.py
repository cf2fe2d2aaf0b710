"""How many clips are enough: some of the clips are enrolled, and the others are recognised or not.

Repeated with other clips, chosen at random. No source is on both sides, and everything that is set,
the threshold included, is set without the clips that are asked.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.joined import Counted
from deepfake_attribution.enrol.assessment import Assessor
from deepfake_attribution.enrol.figures import counted
from deepfake_attribution.enrol.samples import Samples
from deepfake_attribution.evaluate.scoring import KEY

SIZES = (1, 5, 10, 25)  # clips enrolled
DRAWS = 10
ROWS = 50_000  # crops that all draws of a size may fit on together; then there are fewer draws


def curve(
    assessor: Assessor,
    known: Samples,
    new: Samples,
    joined: Samples,
    sizes: Sequence[int] = SIZES,
) -> dict[int, Counted]:
    """Return number of clips enrolled -> held-out clips that are called fake and named rightly.

    A clip counts with the share of the draws that held it out in which it was recognised.

    Args:
        assessor: of the older version.
        known: what it knows.
        new: crops of the new attack.
        joined: crops of reals that join with it; those of a source that is asked are left out.
        sizes: numbers of clips; those that leave no clip to ask are left out.
    """
    videos = pd.DataFrame({KEY: new.videos, "source": new.sources, "attack": new.labels})
    videos = videos.drop_duplicates(KEY).reset_index(drop=True)
    found = {}
    for size in sizes:
        draws = max(2, min(DRAWS, ROWS // len(known)))
        parts = []
        for number in range(draws):
            taken, rest = split(videos, size, np.random.default_rng([size, number]))
            if len(taken) == size and len(rest):
                mine, asked = (new.take(np.isin(new.videos, one)) for one in (taken, rest))
                reals = joined.take(~np.isin(joined.sources, asked.sources))
                parts.append(assessor.quick(known.plus(reals).plus(mine), asked))
        if parts:
            tested = pd.concat(parts)
            hits = (tested["fake"] & (tested["named"] == tested["attack"])).groupby(tested[KEY])
            table = videos[videos[KEY].isin(tested[KEY])]
            found[size] = counted(table, table[KEY].map(hits.mean()))
    return found


def split(
    videos: pd.DataFrame, size: int, random: np.random.Generator
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return ``size`` clips, and those of other sources.

    Args:
        videos: ``video`` and ``source`` of all clips.
        size: fewer are returned if there are no more.
        random: orders the sources.
    """
    sources = random.permutation(np.unique(videos["source"].to_numpy(str)))
    place = {source: number for number, source in enumerate(sources.tolist())}
    order = videos.assign(place=videos["source"].map(place)).sort_values("place", kind="stable")
    taken = order.head(size)
    rest = order[~order["source"].isin(taken["source"])]
    return taken[KEY].to_numpy(str), np.sort(rest[KEY].to_numpy(str))
