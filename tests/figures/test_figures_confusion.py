import pandas as pd

from deepfake_attribution.figures import confusion
from deepfake_attribution.figures.style import Classes

CLASSES = Classes(["real", "mouth", "swap"], ["morph"])
COUNTS = pd.DataFrame(
    [
        ("one", "swap", "swap", 5),
        ("one", "swap", "real", 2),
        ("one", "real", "real", 9),
        ("new", "morph", "swap", 4),
        ("new", "real", "mouth", 1),
    ],
    columns=confusion.COLUMNS,
)


def test_cells_hold_the_counts_and_rows_follow_the_order_of_the_classes() -> None:
    figure = confusion.draw(COUNTS, CLASSES.trained, CLASSES, "B", "below")
    axes = figure.axes[0]
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == ["real: 9", "swap: 7", "real: 1", "morph (not trained on): 4"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["real", "mouth", "swap"]
    cells = [int(text.get_text()) for text in axes.texts if text.get_text().isdigit()]
    assert cells == [9, 0, 0, 2, 0, 5, 0, 1, 0, 0, 0, 4]
    assert [text.get_text() for text in axes.texts if not text.get_text().isdigit()] == [
        *("one", "new")
    ]


def test_shade_is_the_share_of_the_row() -> None:
    figure = confusion.draw(COUNTS, CLASSES.trained, CLASSES, "B", "below")
    shades = figure.axes[0].images[0].get_array()
    assert shades[1].tolist() == [2 / 7, 0, 5 / 7]
    assert (shades.sum(axis=1) == 1).all()


def test_right_cells_are_bold() -> None:
    figure = confusion.draw(COUNTS, CLASSES.trained, CLASSES, "B", "below")
    bold = [text for text in figure.axes[0].texts if text.get_fontweight() == "bold"]
    places = [text.get_position() for text in bold if text.get_text().isdigit()]
    assert places == [(0, 0), (2, 1), (0, 2)]


def test_binary_is_counted_as_real_or_fake_at_its_threshold() -> None:
    row = {"database": "one", "n_real": 10, "k_fnr": 3}
    figures = pd.DataFrame(
        [
            row | {"attack": "all", "n_fake": 12, "k_fpr": 5},
            row | {"attack": "swap", "n_fake": 8, "k_fpr": 4},
            row | {"attack": "mouth", "n_fake": 4, "k_fpr": 1},
            row | {"attack": "mouth", "n_fake": 1, "k_fpr": 1},  # a compression: a part
        ]
    )
    assert confusion.sides(figures).to_numpy().tolist() == [
        ["one", "real", "real", 7],
        ["one", "real", "fake", 3],
        ["one", "swap", "real", 4],
        ["one", "swap", "fake", 4],
        ["one", "mouth", "real", 1],
        ["one", "mouth", "fake", 3],
    ]
