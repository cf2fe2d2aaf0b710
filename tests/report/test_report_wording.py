from pathlib import Path

import pytest

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core.params import validate
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.report import published, wording
from deepfake_attribution.report.wording import (
    DEGRADED,
    DEMO,
    EVERYBODY,
    IN_SAMPLE,
    MARKED,
    PAPER_TUNING,
    PAPER_VALUES,
)
from published_files import FOLDER, paper

ROOT = Path(__file__).parents[2]


def remarks(name: str, subject: str = "track", **classifiers: object) -> list[wording.Remark]:
    settings = profile(name, ROOT / "profiles")
    settings["classifiers"] |= classifiers
    settings["crop"] |= {"subject": subject}
    tuning = validate(Classifiers, settings, Path(name))
    threshold = validate(Evaluate, settings, Path(name))
    cropping = validate(Crop, settings, Path(name))
    return wording.remarks(DEMO if name != "paper" else None, tuning, threshold, cropping)


def test_paper_profile_says_that_its_values_were_chosen_on_test_data() -> None:
    assert remarks("paper") == [PAPER_VALUES]
    assert "its authors chose on test data" in PAPER_VALUES.text
    for value in ("k = 14", "0.001 of LR", "0.01 of the SVM"):
        assert value in PAPER_VALUES.text


def test_in_sample_thresholds_have_a_remark() -> None:
    settings = profile("demo", ROOT / "profiles")
    settings["evaluate"]["threshold_scores"] = "in_sample"
    sections = (validate(model, settings, Path("demo")) for model in (Classifiers, Evaluate, Crop))
    assert wording.remarks(DEMO, *sections) == [DEMO, IN_SAMPLE]  # type: ignore[arg-type]
    assert "optimistic" in IN_SAMPLE.text


def test_search_on_the_test_part_is_said_only_of_what_was_searched() -> None:
    assert remarks("paper", nn={"k": [3, 14]}) == [PAPER_TUNING]
    assert remarks("paper", nn={"k": [3, 14]}, tune_on="val") == []


def test_demo_says_that_it_is_drawn_and_nothing_of_the_paper() -> None:
    assert remarks("demo") == [DEMO]


def test_crops_of_everybody_are_said_with_what_a_score_is_then() -> None:
    assert remarks("demo", subject="all") == [DEMO, EVERYBODY]
    assert remarks("demo", subject="largest") == [DEMO]
    assert remarks("demo", subject="marked") == [DEMO, MARKED]


def test_threshold_from_degraded_copies_has_a_remark_that_names_what_uses_clean_crops() -> None:
    settings = profile("demo", ROOT / "profiles")
    settings["evaluate"]["threshold_crops"] = "degraded"
    sections = (validate(model, settings, Path("demo")) for model in (Classifiers, Evaluate, Crop))
    assert wording.remarks(DEMO, *sections) == [DEMO, DEGRADED]  # type: ignore[arg-type]
    assert "figures are computed on them" in DEGRADED.text
    assert "10 % of the degraded copies of the pooled validation" in wording.reading(0.1, True)
    assert "10 % of the pooled validation" in wording.reading(0.1, False)


@pytest.mark.parametrize("remark", [PAPER_VALUES, PAPER_TUNING, IN_SAMPLE, DEGRADED])
def test_settings_of_ours_are_said_below_the_published_tables(remark: wording.Remark) -> None:
    text = " ".join(wording.about_published([remark, DEMO]))
    assert remark.text in text and DEMO.text not in text


def test_published_figures_have_their_source_and_how_they_were_made() -> None:
    protocol = paper()
    text = " ".join(wording.about_protocol(protocol, ["mine"]))
    assert text.startswith(
        "Published: Korshunov, Jain and Marcel, ICASSP 2022. Video level. Trained on Celeb-DF, "
        "FaceForensics++, DeeperForensics, HifiFace there, on mine here. Faces there: BlazeFace; "
    )
    assert "stated by no source" in text
    for database in ("FaceForensics++", "HifiFace"):  # the sentence repeats two figures
        cell = protocol.cell("Binary", database)
        assert cell is not None and f"{cell.auc} on {database}" in text
    bench = wording.about_protocol(published.protocol("deepfakebench", FOLDER), ["mine"])[0]
    assert "Frame level. Trained on FaceForensics++ (c23) there" in bench


def test_drawn_datasets_beside_ones_own_are_named_with_what_was_trained_on() -> None:
    both = ["drawn", "mine"]
    assert wording.drawn(["drawn"], ["drawn"], ["drawn"]) == DEMO
    own = wording.drawn(["drawn"], both, ["mine"])
    assert own.title == "Partly drawn people, simulated attacks."
    assert own.text == (
        "drawn: drawn by this project. Figures on them say nothing about real deepfakes. Nothing "
        "was trained on them, and figures on mine do not include them."
    )
    only = wording.drawn(["drawn"], both, ["drawn"]).text
    assert "trained on drawn (only). Figures on mine show" in only
    assert "trained on drawn (among others). Figures" in wording.drawn(["drawn"], both, both).text
    assert own.text not in " ".join(wording.about_published([own]))
