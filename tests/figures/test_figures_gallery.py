import json
from pathlib import Path

import cv2
import pytest
from matplotlib.text import Text
from small_project import DATASETS, HEADS, PROTOCOL

from deepfake_attribution.core import paths
from deepfake_attribution.figures import gallery, style


def shown(seeds: list[int]) -> gallery.Shown:
    return gallery.Shown(PROTOCOL, gallery.classes_of(DATASETS, ["one"]), seeds)


def draw(seeds: list[int]) -> list[gallery.Picture]:
    return gallery.draw_all(shown(seeds))


def test_classes_are_those_trained_on_and_the_other_attacks_of_the_test_part(project: Path) -> None:
    classes = gallery.classes_of(DATASETS, ["one"])
    assert list(classes.trained) == ["real", "mouth", "swap"]
    assert list(classes.others) == ["morph"]


@pytest.mark.slow
def test_every_picture_is_written_listed_and_not_blank_or_has_a_reason(mapped: Path) -> None:
    listed = draw([1])
    files = [picture.file for picture in listed if picture.file]
    folder = paths.pictures()
    assert sorted(files) == sorted(path.name for path in folder.glob("*.png"))
    assert {"faces.png", "roc.png", "training.png", "confusion-arcfacemod-nn.png"} <= set(files)
    assert {f"tsne-{head}-{name}.png" for head in HEADS for name in ("one", "new")} <= set(files)
    for name in files:
        image = cv2.imread(str(folder / name))
        assert image.std() > 10 and 500 < image.shape[1] < 1300, name
    print_files = {path.stem for path in folder.glob("*.pdf")}
    assert print_files == {Path(name).stem for name in files} - {"faces"}
    read = json.loads((folder / paths.PICTURE_LIST).read_text())
    assert [entry["file"] for entry in read] == [picture.file for picture in listed]

    absent = [picture for picture in listed if not picture.file]
    assert [picture.title for picture in absent] == [
        *("Binary on few", "Attribution on few", "TripletLoss-NN on few", "ArcFaceMod-NN on few")
    ]
    assert all("5 crops are too few" in picture.caption for picture in absent)


@pytest.mark.slow
def test_pictures_are_of_the_first_seed_and_say_so_only_where_there_are_several(
    mapped: Path,
) -> None:
    alone = {picture.file: picture.caption for picture in draw([1]) if picture.file}
    written = {name: (paths.pictures() / name).read_bytes() for name in alone}
    both = {picture.file: picture.caption for picture in draw([1, 2]) if picture.file}
    assert alone.keys() == both.keys()
    for name, caption in both.items():
        if name == "faces.png":  # shows no training
            assert caption == alone[name]
            continue
        assert caption.startswith(alone[name] + " Training seed 1 of 1, 2.")
        same = (paths.pictures() / name).read_bytes() == written[name]
        assert same == (name != "training.png"), name  # which has a line more
    with style.drawing():
        [roc] = [
            drawn
            for picture, drawn in gallery.drawings(shown([2, 1]))
            if drawn is not None and picture.file == "roc.png"
        ]
        style.save(roc(), paths.pictures() / "roc.png")
    assert (paths.pictures() / "roc.png").read_bytes() != written["roc.png"]


@pytest.mark.slow
def test_print_fits_a_paper_and_is_large_enough_to_read(mapped: Path) -> None:
    with style.drawing():
        for picture, draw in gallery.drawings(shown([1, 2])):
            if draw is None or picture.section not in gallery.PRINTED:
                continue
            figure = draw()
            figure.canvas.draw()
            width, height = figure.get_size_inches()
            assert style.COLUMN <= width <= style.WIDTH and height < 9.5, picture.file
            texts = [text for text in figure.findobj(Text) if text.get_text()]
            assert len(texts) > 6
            for text in texts:
                assert text.get_fontsize() >= style.SMALLEST, (picture.file, text.get_text())
            assert figure.get_tightbbox().x1 <= width + 0.02, picture.file
            for text in figure.texts:
                assert text.get_window_extent().x1 <= figure.bbox.width, picture.file
