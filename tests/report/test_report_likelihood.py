"""The section on likelihood ratios, its curves and its pictures."""

from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.likelihood import files, measures, stage
from deepfake_attribution.likelihood.abstention import answers
from deepfake_attribution.likelihood.files import Stored
from deepfake_attribution.likelihood.results import RATIO
from deepfake_attribution.report import abstention, likelihood
from deepfake_attribution.report.content import Part
from deepfake_attribution.report.page import (
    coverage_picture,
    coverage_plots,
    figure_files,
    likelihood_data,
    likelihood_picture,
    likelihood_plots,
)
from deepfake_attribution.report.page.likelihood_data import Drawn
from deepfake_attribution.report.rule_changes import changes
from deepfake_attribution.report.source_draws import Draws
from ratios import DATASETS, write_project

PROTOCOL = Protocol(["seen_a", "seen_b"], list(DATASETS), {}, {})
Made = tuple[pd.DataFrame, list[Stored], pd.DataFrame]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Results, calibrations and ratios of a small project."""
    with chdir(tmp_path_factory.mktemp("ratios")):
        write_project()
        videos = files.every_video(list(DATASETS))
        settings = stage.Settings(choice="auto", folds=4, draws=100, level=95, seed=1)
        list(stage.calibrate("binary", videos, PROTOCOL, settings))
        yield (
            files.read_results(["binary"]),
            files.read_calibrations("binary"),
            files.read_ratios(["binary"], 1),
        )


@pytest.fixture(scope="module")
def drawn(made: Made) -> list[Drawn]:
    return likelihood_data.collect(made[2], PROTOCOL)


def test_section_has_seen_and_unseen_apart_with_n_and_intervals(made: Made) -> None:
    section = likelihood.section(made[0], made[1])
    assert [part.heading for part in section.parts] == [
        *likelihood.PARTS.values(), "Calibrations",
    ]  # fmt: skip
    seen, unseen, _, fitted = (part.tables[0].rows for part in section.parts)
    assert list(seen["database"]) == ["seen_a", "seen_a", "seen_b", "seen_b"]
    assert list(unseen["database"]) == ["new", "new"]
    row = made[0].set_index(["database", "approach", "measure"]).loc["new", "Binary", "cllr"]
    expected = f"{row['value']:.3f} [{row['low']:.2f} to {row['high']:.2f}]"
    assert unseen.loc[0, "Cllr"] == expected
    assert list(unseen["real videos"]) == list(unseen["fake videos"]) == [12, 12]
    heads = pd.concat([made[0], made[0].assign(approach=made[0]["approach"] + "-NN")])
    rows = likelihood.table(heads[heads["part"] == "seen"])
    assert list(rows["database"]) == ["seen_a"] * 4 + ["seen_b"] * 4  # whatever the head
    assert list(fitted["approach"]) == ["Binary", "Second-SVM"]
    assert list(fitted["real videos"]) == [24, 24] and set(fitted["fakes of"]) == {"swap 24"}


def test_without_an_unseen_database_it_says_so_and_gaps_have_reasons(made: Made) -> None:
    results = made[0][made[0]["part"] != "unseen"].copy()
    results[["value", "low", "high"]] = np.nan
    results["note"] = "no real validation video has a score"
    none = Stored("Binary", 1, None, "no real validation video has a score")
    section = likelihood.section(results, [none])
    seen, unseen, _, fitted = section.parts
    assert unseen.text == [likelihood.NO_UNSEEN] and not unseen.tables
    assert set(seen.tables[0].rows["Cllr"]) == {"-"}
    assert seen.text[0].startswith("no real validation video has a score: Binary, Second-SVM")
    assert fitted.text[0].endswith("no calibration: no real validation video has a score.")


def test_curves_are_those_of_the_ratios(made: Made, drawn: list[Drawn]) -> None:
    assert [(one.database, one.part) for one in drawn] == [
        ("seen_a", "seen"), ("seen_b", "seen"), ("new", "unseen"),
    ]  # fmt: skip
    curves = drawn[2].curves[0]
    own = made[2][(made[2]["approach"] == "Binary") & (made[2]["dataset"] == "new")]
    own = own[own["split"] == "test"]
    ratios, real = own[RATIO].to_numpy(), (own["attack"] == "real").to_numpy()
    even = int(np.argmin(np.abs(likelihood_data.PRIOR)))
    assert curves.ece[even] == pytest.approx(measures.cllr(ratios, real))
    assert curves.best[even] == pytest.approx(measures.cllr_min(ratios, real))
    assert curves.neutral[even] == pytest.approx(1)
    assert (curves.best <= curves.ece + 1e-12).all()
    assert curves.reals[0] == curves.fakes[0] == 100 and curves.reals[-1] == curves.fakes[-1] == 0
    place = int(np.searchsorted(curves.ratios, 0.0))
    assert curves.reals[place] == pytest.approx(100 * (ratios[real] >= 0).mean())


def test_every_plot_of_every_database_is_a_view(drawn: list[Drawn], tmp_path: Path) -> None:
    section = likelihood_plots.section(drawn)
    assert [one["names"] for one in section["choices"]] == [[*likelihood_plots.KINDS], [*DATASETS]]
    assert [one["first"] for one in section["choices"]] == [0, 2]  # an unseen database
    assert "ECE (empirical cross-entropy): bits" in section["views"][3]["caption"]
    assert len(section["views"]) == 6
    assert all(len(view["panels"]) == 2 for view in section["views"])
    assert "never trained on" in section["views"][2]["caption"]
    titles = [panel["figure"]["layout"]["title"]["text"] for panel in section["views"][0]["panels"]]
    assert titles == ["Binary: 12 real, 12 fake", "Second-SVM: 12 real, 12 fake"]
    figure_files.write_section(tmp_path, "likelihood", section)
    assert (tmp_path / "likelihood-5.js").is_file()


def test_pictures_are_the_same_each_time(drawn: list[Drawn], tmp_path: Path) -> None:
    both = []
    for name in ("a", "b"):
        (tmp_path / name / "page").mkdir(parents=True)
        (picture,) = likelihood_picture.draw(drawn[2:], tmp_path / name / "page")
        both.append((tmp_path / name / picture.file).read_bytes())
        assert (tmp_path / name / picture.pdf).is_file()
    assert both[0] == both[1]


@pytest.fixture(scope="module")
def rated(made: Made) -> abstention.Rows:
    """The test videos, of which every tenth of a head is too far."""
    videos = made[2].loc[made[2]["split"] == "test", "video"].drop_duplicates()
    far = np.where(np.arange(len(videos)) % 10 == 0, 9.0, 1.0)
    measured = pd.DataFrame({"approach": "Binary", "video": videos, "score": far})
    noted = {"approach": "Second", "limit": np.nan, "note": "no limit: none"}
    set_ones = pd.DataFrame([{"approach": "Binary", "limit": 5.0, "note": ""}, noted])
    thresholds = pd.Series({"Binary": 0.5, "Second-SVM": 0.0})
    return abstention.joined(made[2], thresholds, measured, set_ones, 0.95)


@pytest.fixture(scope="module")
def draws(made: Made) -> Draws:
    videos = made[2]["video"].drop_duplicates()
    sources = videos.str.rpartition("/")[2]
    return Draws(pd.Series(sources.to_numpy(), index=videos), 200, 90, 1)


def test_third_answer_has_a_row_per_database_and_new_attack(
    rated: abstention.Rows, draws: Draws
) -> None:
    more = Part("further", [])
    section = abstention.section(rated, PROTOCOL, {"new": ["swap"]}, draws, further=[more])
    assert section.parts.pop() is more and "with the 90 % interval" in section.text[1]
    assert section.text[2:] == ["Second: no limit: none."] and "95 %" in section.text[0]
    every, attacks = (part.tables[0].rows for part in section.parts)
    assert list(every["database"]) == ["seen_a", "seen_a", "seen_b", "seen_b", "new", "new"]
    assert list(every["too far, videos"]) == [3, 0, 2, 0, 3, 0]
    assert (every["answered, %"].astype(float) < 100).all()
    assert list(attacks["videos"]) == [12, 12] and set(attacks["attack"]) == {"swap"}
    shares = attacks[["called fake, %", "called real, %", "not known, %"]].astype(float)
    assert shares.sum(axis=1).tolist() == pytest.approx([100, 100], abs=0.02)


def test_changes_by_the_rule_have_intervals(rated: abstention.Rows, draws: Draws) -> None:
    found = abstention.rates(rated.videos, PROTOCOL, draws)
    for name in abstention.RATES:
        change = found[f"{name}_with"] - found[f"{name}_without"]
        assert found[f"{name}_change"].to_numpy() == pytest.approx(change.to_numpy(), abs=1e-9)
        assert (found[f"{name}_low"] <= found[f"{name}_high"]).all()
    # a source is drawn with its real and its fake: repeated rows give the same as weights
    columns, weights = draws.of(rated.videos["video"], "new")
    own = rated.videos.assign(column=columns)
    own = own[(own["approach"] == "Binary") & (own["dataset"] == "new")]
    _, real, called = abstention.arrays(own)
    given = abstention.answered(own)
    got = changes(called, real, given, own["column"].to_numpy(), weights[[0, 5]], 90)
    again = np.repeat(np.arange(len(own)), weights[5][own["column"]])
    every = np.ones(len(again), dtype=bool)
    before = answers(called[again], real[again], every)
    after = answers(called[again], real[again], given[again])
    ends = got["error"].low, got["error"].high  # of one draw
    assert ends == pytest.approx((after.error - before.error,) * 2)


def test_coverage_has_a_line_and_a_mark_per_approach(
    rated: abstention.Rows, tmp_path: Path
) -> None:
    curves = coverage_plots.collect(rated.videos, PROTOCOL)
    assert len(curves) == 6 and all(one.answered[-1] == pytest.approx(100) for one in curves)
    section = coverage_plots.section(curves)
    assert [view["caption"].split(" ")[0] for view in section["views"]] == [*DATASETS]
    assert section["choices"][0]["first"] == 2  # an unseen database
    data = section["views"][0]["panels"][0]["figure"]["data"]
    assert [one.get("line", {}).get("shape") for one in data] == ["hv", None, "hv", None]
    assert coverage_plots.MARK in coverage_picture.CAPTION
    assert all(coverage_plots.MARK in view["caption"] for view in section["views"])
    (tmp_path / "page").mkdir()
    (picture,) = coverage_picture.draw(curves, tmp_path / "page")
    assert (tmp_path / picture.file).is_file()
    assert coverage_picture.draw([], tmp_path) == []


def test_without_ratios_there_is_no_figure(made: Made, tmp_path: Path) -> None:
    nothing = likelihood_data.collect(made[2].assign(**{RATIO: np.nan}), PROTOCOL)
    assert nothing == [] and likelihood_picture.draw(nothing, tmp_path) == []
