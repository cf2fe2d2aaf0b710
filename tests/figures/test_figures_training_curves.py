import pandas as pd

from deepfake_attribution.figures import training_curves

CURVE = pd.DataFrame({"epoch": [1, 2, 3], "train_loss": [3.0, 2, 1], "val_loss": [3.0, 1, 2]})


def test_every_head_has_a_panel_that_marks_the_epoch_kept() -> None:
    figure = training_curves.draw({"A": CURVE, "B": CURVE.head(1), "C": CURVE})
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
