"""Known overlaps of people and clips between test videos and training videos, with counts."""

import pandas as pd

COLUMNS = ["dataset", "kind", "shared", "test_videos", "trained_videos", "names"]
PLURAL = {"identity": "identities", "donor": "donors", "source clip": "source clips"}


def none() -> pd.DataFrame:
    """Return an empty table of overlaps."""
    return pd.DataFrame(columns=COLUMNS)


def table(overlaps: pd.DataFrame) -> pd.DataFrame:
    """Return the overlaps for people, in their order.

    Args:
        overlaps: a row per dataset and kind (`catalog.leaks.overlap`): ``dataset``; ``kind``
            (``identity``, ``donor`` or ``source clip``); ``shared``, how many of them are in both;
            ``test_videos`` and ``trained_videos``, in how many videos of each side; ``names``, the
            first few as text.
    """
    return pd.DataFrame(
        {
            "dataset": row["dataset"],
            "what is shared": row["kind"],
            "how many": row["shared"],
            "in test videos": row["test_videos"],
            "in videos trained on": row["trained_videos"],
            "names": row["names"],
        }
        for row in overlaps.to_dict("records")
    )


def sentences(overlaps: pd.DataFrame) -> list[str]:
    """Return one sentence per row of ``overlaps`` (see `table`)."""
    return [
        f"{row['dataset']}: {row['shared']} {_kind(row['kind'], row['shared'])} of "
        f"{_videos(row['test_videos'], 'test ')} {'is' if row['shared'] == 1 else 'are'} also in "
        f"{_videos(row['trained_videos'], '')} trained on."
        for row in overlaps.to_dict("records")
    ]


def _kind(kind: str, number: int) -> str:
    return kind if number == 1 else PLURAL[kind]


def _videos(number: int, side: str) -> str:
    return f"{number} {side}video{'' if number == 1 else 's'}"
