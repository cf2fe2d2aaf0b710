from dataclasses import replace

import pandas as pd
from test_markdown import RUN

from deepfake_attribution.report import markdown, overlap

OVERLAPS = pd.DataFrame(
    [
        ("celeb_df", "identity", 2, 40, 300, ["id1", "id2"]),
        ("celeb_df", "source clip", 7, 1, 1, [f"id1_000{number}" for number in range(7)]),
        ("celeb_df", "donor", 1, 12, 90, ["id9"]),
    ],
    columns=overlap.COLUMNS,
)


def test_every_overlap_is_a_sentence_with_its_counts() -> None:
    assert overlap.sentences(OVERLAPS) == [
        "celeb_df: 2 identities of 40 test videos are also in 300 videos trained on.",
        "celeb_df: 7 source clips of 1 test video are also in 1 video trained on.",
        "celeb_df: 1 donor of 12 test videos is also in 90 videos trained on.",
    ]


def test_table_counts_and_names_the_first() -> None:
    table = overlap.table(OVERLAPS)
    assert table["how many"].tolist() == [2, 7, 1]
    assert table["names"].tolist()[0] == "id1, id2"
    assert table["names"].tolist()[1].endswith("id1_0004 and 2 more")


def test_report_states_overlaps_and_is_silent_without_any() -> None:
    assert overlap.none().empty and overlap.table(overlap.none()).empty
    assert "What test and training share" not in markdown.page(RUN)
    page = markdown.page(replace(RUN, overlaps=OVERLAPS))
    part = page.split("## What test and training share\n")[1].split("\n## ")[0]
    assert "2 identities of 40 test videos" in part
    assert "| celeb_df | identity | 2 | 40 | 300 | id1, id2 |" in part
