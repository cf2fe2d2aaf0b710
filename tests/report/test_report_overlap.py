from dataclasses import replace

import pandas as pd
from test_markdown import RUN

from deepfake_attribution.catalog import leaks
from deepfake_attribution.report import markdown, overlap

OVERLAPS = pd.DataFrame(
    [
        ("celeb_df", "identity", 2, 40, 300, "id1, id2"),
        ("celeb_df", "source clip", 7, 1, 1, "id1_0000, id1_0001, id1_0002, ..."),
        ("celeb_df", "donor", 1, 12, 90, "id9"),
    ],
    columns=overlap.COLUMNS,
)


def test_every_overlap_is_a_sentence_with_its_counts() -> None:
    assert overlap.sentences(OVERLAPS) == [
        "celeb_df: 2 identities of 40 test videos are also in 300 videos trained on.",
        "celeb_df: 7 source clips of 1 test video are also in 1 video trained on.",
        "celeb_df: 1 donor of 12 test videos is also in 90 videos trained on.",
    ]


def test_table_is_of_the_columns_that_the_catalogs_overlaps_have() -> None:
    assert overlap.COLUMNS == leaks.OVERLAP
    table = overlap.table(OVERLAPS)
    assert table["how many"].tolist() == [2, 7, 1]
    assert table["names"].tolist()[0] == "id1, id2"


def test_what_the_catalogs_share_can_be_reported() -> None:
    columns = ["dataset", "split", "identity", "donor", "source"]
    rows = [
        ("celeb_df", "train", "id1", "", "a.mp4"),
        ("celeb_df", "test", "id1", "id2", "a.mp4"),
        ("celeb_df", "test", "id3", "", "b.mp4"),
    ]
    found = leaks.overlap(pd.DataFrame(rows, columns=columns), ["celeb_df"])
    assert overlap.sentences(found) == [
        "celeb_df: 1 identity of 1 test video is also in 1 video trained on.",
        "celeb_df: 1 source clip of 1 test video is also in 1 video trained on.",
    ]


def test_report_states_overlaps_and_is_silent_without_any() -> None:
    assert overlap.none().empty and overlap.table(overlap.none()).empty
    assert "What test and training share" not in markdown.page(RUN)
    page = markdown.page(replace(RUN, overlaps=OVERLAPS))
    part = page.split("## What test and training share\n")[1].split("\n## ")[0]
    assert "2 identities of 40 test videos" in part
    assert "| celeb_df | identity | 2 | 40 | 300 | id1, id2 |" in part
