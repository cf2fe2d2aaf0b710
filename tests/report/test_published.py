"""The published percentages come out of the decoded counts by the code that counts ours."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core import metrics
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.report import published, wording
from deepfake_attribution.report.published import Cell, Videos, protocol
from published_files import FOLDER, paper

PAPER = paper()
APPROACHES, COLUMNS = list(PAPER.methods), list(PAPER.databases)
CELLS = [(column, approach) for column in COLUMNS for approach in APPROACHES]
DECODED = [cell for cell in CELLS if cell[0] != "DF-Mobio"]
ALL = published.names(FOLDER)


def at(column: str, approach: str) -> tuple[Cell, Videos]:
    """Return a cell of the paper with counts, and how many videos its column has."""
    cell, videos = PAPER.cell(approach, column), PAPER.databases[column].videos
    assert cell is not None and videos is not None
    return cell, videos


def counted(column: str, approach: str) -> metrics.Figures:
    """Return our figures of scores with exactly the counts of a published cell."""
    found, videos = at(column, approach)
    assert found.k_fnr is not None and found.k_fpr is not None
    real = np.repeat([True, False], [videos.real, videos.fake])
    called_real = np.concatenate(
        [np.arange(videos.real) >= found.k_fnr, np.arange(videos.fake) < found.k_fpr]
    )
    return metrics.figures(np.where(called_real, 0.9, 0.1), real, 0.5)


@pytest.mark.parametrize(("column", "approach"), DECODED)
def test_our_metrics_give_the_published_percentages_from_the_counts(
    column: str, approach: str
) -> None:
    """Every decodable cell: FNR, FPR and HTER, without exception or tolerance."""
    found, _ = at(column, approach)
    ours = counted(column, approach).published()
    expected = {"fnr": found.fnr, "fpr": found.fpr, "hter": found.hter}
    assert {name: ours[name] for name in expected} == expected


def test_positive_is_real() -> None:
    found, videos = at("Celeb-DF", "Binary")
    assert (found.k_fnr, videos.real, found.k_fpr, videos.fake) == (2, 178, 91, 340)
    ours = counted("Celeb-DF", "Binary").published()
    assert (ours["fnr"], ours["fpr"]) == (1.12, 26.76)


def test_published_hter_is_the_mean_of_unrounded_rates() -> None:
    """(1.69 + 0.00) / 2 would print 0.85; 3/178 and 0/340 give the 0.84 that stands there."""
    found, _ = at("Celeb-DF", "Attribution")
    assert found.fnr is not None and found.fpr is not None
    assert metrics.rounded((found.fnr + found.fpr) / 2) == 0.85
    assert counted("Celeb-DF", "Attribution").published()["hter"] == found.hter == 0.84


def smallest(percentages: list[float]) -> int:
    """Return the smallest N for which every percentage is k/N at two decimals."""
    return next(
        n
        for n in range(1, 10_000)
        if all(
            any(
                metrics.rounded(100 * k / n) == value
                for k in (int(value * n / 100) + i for i in (0, 1))
            )
            for value in percentages
        )
    )


def test_n_is_the_smallest_that_fits_but_for_two_that_the_datasets_sizes_decide() -> None:
    """Google's 3068 is its number of fakes; TIMIT's fakes fit as 320 (one quality) or as 640."""
    found = {}
    for column in dict.fromkeys(column for column, _ in DECODED):
        cells = [at(column, approach)[0] for approach in APPROACHES]
        videos = at(column, "Binary")[1]
        for rate, n in (("fnr", videos.real), ("fpr", videos.fake)):
            fits = smallest([getattr(cell, rate) for cell in cells])
            if fits != n:
                found[column, rate] = (fits, n)
    assert found == {("Google", "fpr"): (1362, 3068), ("DeepfakeTIMIT", "fpr"): (320, 640)}


def test_three_rows_share_the_reals_and_the_family_holds_eight_types() -> None:
    names = ("FaceForensics++", "DeeperForensics", "HifiFace")
    reals = {tuple(at(name, approach)[0].k_fnr for approach in APPROACHES) for name in names}
    assert len(reals) == 1 and {at(name, "Binary")[1].real for name in names} == {140}
    assert [at(name, "Binary")[1].fake for name in names] == [8 * 140, 2 * 140, 140]


def test_what_cannot_be_decoded_has_no_counts_and_what_is_not_there_is_none() -> None:
    found = PAPER.cell("Binary", "DF-Mobio")
    assert found is not None and (found.hter, found.k_fnr, found.k_fpr) == (49.56, None, None)
    assert PAPER.databases["DF-Mobio"].videos is None
    assert PAPER.method_of("TripletLoss-SVM") is None and PAPER.cell(None, "Celeb-DF") is None
    assert PAPER.cell("Binary", "DFDC") is None


def test_paper_has_every_figure_and_the_earlier_one_the_hter_of_table_2() -> None:
    assert PAPER.measures == ["auc", "fnr", "fpr", "hter"]
    assert all(PAPER.cell(approach, column) is not None for column, approach in CELLS)
    earlier = protocol("mmsp2021", FOLDER)
    assert earlier.measures == ["hter"]
    assert set(earlier.databases) == set(PAPER.tables[1].databases)
    kinds = ["TripletLoss-NN", "TripletLoss-LR", "TripletLoss-SVM"]
    assert [earlier.method_of(name) for name in kinds] == ["TripletLoss"] * 3


@pytest.mark.parametrize("name", ALL)
def test_every_file_is_valid_and_says_where_its_figures_are_from(name: str) -> None:
    found = protocol(name, FOLDER)
    head = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").split("\nsource:")[0]
    assert all(line.startswith("#") for line in head.strip().splitlines())
    assert found.source and all(own.figures for own in found.methods.values())


@pytest.mark.parametrize("name", sorted(set(ALL) - {"icassp2022", "mmsp2021"}))
def test_figures_of_readmes_are_auc_only_so_they_need_no_threshold(name: str) -> None:
    found = protocol(name, FOLDER)
    assert found.measures == ["auc"] and found.validation_fpr is None and not found.decoded


def test_paper_profile_holds_the_paper_s_settings() -> None:
    settings = profile("paper", FOLDER.parent / "profiles")
    own = settings["classifiers"]
    values = (own["nn"]["k"], own["lr"]["C"], own["svm"]["C"])
    assert values == (wording.PAPER_K, wording.PAPER_C_LR, wording.PAPER_C_SVM)
    assert settings["extract"]["frames"] == PAPER.frames
    assert settings["evaluate"]["fpr"] == PAPER.validation_fpr


def wrong(folder: Path, change: Any) -> list[str]:
    """Return the lines about a file that ``change`` made wrong."""
    content = YAML(typ="safe").load(FOLDER / "mmsp2021.yaml")
    change(content)
    YAML().dump(content, folder / "mine.yaml")
    with pytest.raises(UserError) as caught:
        protocol("mine", folder)
    return [str(line).removeprefix(f"{folder / 'mine.yaml'}: ") for line in caught.value.args]


def test_mistake_in_a_file_is_one_line_that_names_its_place(tmp_path: Path) -> None:
    def level(content: Any) -> None:
        content["level"] = "clip"

    def measure(content: Any) -> None:
        content["methods"]["TripletLoss"]["figures"]["Google"] = {"hterr": 26.55}

    def percent(content: Any) -> None:
        content["methods"]["TripletLoss"]["figures"]["Google"]["hter"] = 265.5

    def missing(content: Any) -> None:
        del content["frames"]

    expected = "'clip' is not allowed: Input should be 'video' or 'frame'"
    assert wrong(tmp_path, level) == [f"level: {expected}"]
    place = "methods.TripletLoss.figures.Google"
    assert wrong(tmp_path, measure) == [f"{place}.hterr: no such setting: did you mean hter?"]
    assert wrong(tmp_path, percent)[0].startswith(f"{place}.hter: 265.5 is not allowed: ")
    assert wrong(tmp_path, missing) == ["frames: this setting is missing"]


def test_file_that_contradicts_itself_is_one_line(tmp_path: Path) -> None:
    def table(content: Any) -> None:
        content["tables"][0]["databases"].remove("Google")

    def database(content: Any) -> None:
        content["methods"]["TripletLoss"]["figures"]["DFDC"] = {"hter": 1.0}

    def counts(content: Any) -> None:
        content["methods"]["TripletLoss"]["figures"]["Google"]["k_fpr"] = 1

    def twice(content: Any) -> None:
        content["methods"]["TripletLoss"]["ours"].append("TripletLoss-NN")

    expected = "expected every one of its databases in exactly one of its tables"
    assert wrong(tmp_path, table) == [expected]
    expected = "methods.TripletLoss: 'DFDC' is none of its databases"
    assert wrong(tmp_path, database) == [expected]
    expected = "methods.TripletLoss: Google has counts, but no videos"
    assert wrong(tmp_path, counts) == [expected]
    expected = "expected each of our approaches under one of its methods at most"
    assert wrong(tmp_path, twice) == [expected]


def test_unknown_protocol_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no protocol 'icassp'; there are: deepfakebench, df40, "):
        protocol("icassp", FOLDER)
    with pytest.raises(UserError, match="none: is there a folder"):
        protocol("icassp2022", tmp_path)
