import pandas as pd

from deepfake_attribution.evaluate.confusion_rows import confusion_rows
from deepfake_attribution.evaluate.protocol import Protocol

PROTOCOL = Protocol(["a", "b"], ["a", "b", "new"], {}, {})
VIDEOS = pd.DataFrame(
    [
        ("a", "test", "real", 0.9, "real"),
        ("a", "test", "swap", 0.6, "real"),
        ("b", "test", "swap", 0.1, "mouth"),
        ("b", "test", "mouth", 0.2, "mouth"),
        ("b", "test", "mouth", None, None),  # no face
        ("a", "val", "swap", 0.1, "swap"),
        ("new", "test", "morph", 0.1, "swap"),
    ],
    columns=["dataset", "split", "attack", "score", "predicted"],
)


def test_a_row_is_a_test_video_of_what_was_trained_on_with_a_face() -> None:
    assert confusion_rows(VIDEOS, PROTOCOL, 0.5).to_numpy().tolist() == [
        ["mouth", "mouth"],
        ["real", "real"],
        ["swap", "mouth"],
        ["swap", "real"],
    ]


def test_an_approach_without_classes_is_counted_at_its_threshold() -> None:
    binary = VIDEOS.assign(predicted=pd.Series([None] * len(VIDEOS), dtype=object))
    rows = confusion_rows(binary, PROTOCOL, 0.6)
    assert rows.value_counts().to_dict() == {("fake", "fake"): 3, ("real", "real"): 1}
    assert ("fake", "real") in confusion_rows(binary, PROTOCOL, 0.59).value_counts()


def test_nothing_scored_is_a_table_without_rows() -> None:
    rows = confusion_rows(VIDEOS[VIDEOS["score"].isna()], PROTOCOL, 0.5)
    assert list(rows.columns) == ["actual", "predicted"] and len(rows) == 0
