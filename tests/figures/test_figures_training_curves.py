import pandas as pd

from deepfake_attribution.figures import training_curves

CURVE = pd.DataFrame({"epoch": [1, 2, 3], "train_loss": [3.0, 2, 1], "val_loss": [3.0, 1, 2]})


def test_every_head_has_a_panel_that_marks_the_epoch_kept() -> None:
    figure = training_curves.draw({"A": [CURVE], "B": [CURVE.head(1)], "C": [CURVE]})
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == [
        "A: epoch 2 of 3 is kept",
        "B: epoch 1 of 1 is kept",
        "C: epoch 2 of 3 is kept",
    ]
    training, validation, best = shown[0].lines
    assert list(training.get_ydata()) == [3, 2, 1] and list(validation.get_ydata()) == [3, 1, 2]
    assert (best.get_xdata()[0], best.get_ydata()[0]) == (2, 1)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["training loss", "validation loss", "lowest validation loss"]


def test_further_seeds_are_thin_lines_and_what_is_kept_is_of_the_first() -> None:
    other = CURVE.assign(train_loss=[9.0, 8, 7], val_loss=[9.0, 8, 7])
    figure = training_curves.draw({"A": [CURVE, other]})
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "A: epoch 2 of 3 is kept"
    assert [list(line.get_ydata()) for line in axes.lines[3:]] == [[9, 8, 7], [9, 8, 7]]
    assert max(line.get_linewidth() for line in axes.lines[3:]) < axes.lines[0].get_linewidth()
    assert len(figure.legends[0].get_texts()) == 3
