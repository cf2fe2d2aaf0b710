import pandas as pd

from deepfake_attribution.core.sources import sources


def table(*rows: tuple[str, str, str, list[str] | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["video", "dataset", "source", "footage"])


def test_both_clips_of_a_pair_and_all_that_was_made_of_them_are_one_group() -> None:
    groups = sources(
        table(
            ("r000", "ff", "a", ["ff/000"]),
            ("r003", "ff", "b", ["ff/003"]),
            ("f000_003", "ff", "a", ["ff/000", "ff/003"]),
            ("other", "deeper", "", ["ff/003"]),
            ("r001", "ff", "c", ["ff/001"]),
        )
    )
    assert groups.to_dict() == {
        **dict.fromkeys(["r000", "r003", "f000_003", "other"], "ff/000"),
        "r001": "ff/001",
    }


def test_without_footage_the_source_clip_counts_and_else_each_video_alone() -> None:
    groups = sources(
        table(
            ("real", "celeb", "x.mp4", []),
            ("fake", "celeb", "x.mp4", None),
            ("elsewhere", "mine", "x.mp4", None),
            ("alone", "mine", "", []),
            ("too", "mine", "", None),
        )
    )
    assert groups["real"] == groups["fake"] == "celeb/x.mp4"
    assert groups["elsewhere"] == "mine/x.mp4"
    assert groups["alone"] != groups["too"]


def test_catalogs_without_the_column_are_grouped_by_their_source() -> None:
    rows = table(("real", "d", "x", None), ("fake", "d", "x", None)).drop(columns="footage")
    assert sources(rows).nunique() == 1
