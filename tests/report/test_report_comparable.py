"""Published figures stand beside ours only where both are of the same videos, seen the same way."""

from dataclasses import replace
from typing import Any

import pandas as pd
from test_report_results import row

from deepfake_attribution.report import comparable, comparison, results
from deepfake_attribution.report.comparable import Ours
from deepfake_attribution.report.published import Publication
from published_files import beside

BENCH = {"FaceForensics++": "ff", "Celeb-DF-v2": "celeb", "DFD": "dfd"}
FOUR = ("Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures")


def ours(frames: int = 32, attacks: tuple[str, ...] = FOUR, **celeb: Any) -> Ours:
    """Return results that agree with DeepfakeBench, but for changes of one row."""
    rows = [
        row("Binary", "ff", attack, level=level, n_real=140, n_fake=560)
        for attack in ("all", *attacks)
        for level in ("video", "frame")
    ]
    rows += [
        row("Binary", name, level=level) | {"compression": made} | changes
        for name, made, changes in (
            ("celeb", "released", celeb),
            ("dfd", "c23", {"n_real": 363, "n_fake": 3068}),
        )
        for level in ("video", "frame")
    ]
    return Ours(results.over_seeds(pd.DataFrame(rows)), ["ff"], {}, 0.1, frames)


def bench() -> Publication:
    return beside(BENCH, "deepfakebench")[0]


def reasons(own: Ours, publication: Publication | None = None) -> dict[str, str]:
    """Return why each database is not compared, for those that are not."""
    publication = publication or bench()
    found = {name: comparable.reason(own, publication, name) for name in publication.rows}
    return {name: reason for name, reason in found.items() if reason}


def test_what_agrees_is_compared_without_a_word() -> None:
    assert reasons(ours()) == {}
    assert comparable.remarks(ours(), bench(), list(BENCH)) == []


def test_another_compression_is_refused_and_named() -> None:
    assert reasons(ours(compression="c40")) == {"Celeb-DF-v2": "c40 here, released there"}
    raw = beside({"DFD": "dfd"}, "sbi")[0]
    assert reasons(ours(), raw) == {"DFD": "c23 here, raw there"}
    assert comparison.refused(ours(), raw, 1) == ["DFD (c23 here, raw there)"]
    assert comparison.long(ours(), [raw]).empty


def test_of_several_compressions_the_published_one_is_taken() -> None:
    one = ours().figures
    dfd = one["database"] == "dfd"
    both = one[dfd].assign(compression="c23+raw", n_real=726, n_fake=6136, auc=50.0)
    raw = one[dfd].assign(compression="raw", auc=70.0)
    own = replace(ours(), figures=pd.concat([one[~dfd], both, one[dfd], raw], ignore_index=True))
    assert reasons(own) == {}
    assert comparable.rows(own, bench(), "DFD")["auc"].tolist() == [99.0]
    assert comparable.rows(own, beside({"DFD": "dfd"}, "sbi")[0], "DFD")["auc"].tolist() == [70.0]


def test_other_attacks_are_refused_and_named() -> None:
    found = reasons(ours(attacks=(*FOUR, "FaceShifter")))
    assert found == {
        "FaceForensics++": "attacks here Deepfakes, Face2Face, FaceShifter, FaceSwap, "
        "NeuralTextures; there Deepfakes, Face2Face, FaceSwap, NeuralTextures"
    }


def test_a_single_attack_is_compared_with_its_own_figures() -> None:
    swaps = ("simswap", "uniface")
    rows = [row("Binary", "df40", "all", auc=50.0)]
    rows += [
        row("Binary", "df40", name, auc=auc) for name, auc in zip(swaps, (60, 70), strict=True)
    ]
    own = Ours(results.over_seeds(pd.DataFrame(rows)), ["ff"], {}, 0.1)
    names = {"UniFace": "df40", "SimSwap": "df40", "e4s": "df40"}
    published = beside(names, "df40")[0]
    assert reasons(own, published) == {"e4s": "attacks here simswap, uniface; there e4s"}
    assert comparison.run(own, published, 1) == {"UniFace": "df40", "SimSwap": "df40"}
    assert comparable.rows(own, published, "UniFace")["auc"].tolist() == [70.0]
    assert comparable.rows(own, published, "SimSwap")["auc"].tolist() == [60.0]


def test_an_attack_that_we_lack_is_named_before_its_compression() -> None:
    published = beside({"e4s": "df40"}, "df40")[0]
    one = published.protocol.databases["e4s"].model_copy(update={"compression": "c23"})
    protocol = published.protocol.model_copy(update={"databases": {"e4s": one}})
    figures = pd.DataFrame([row("Binary", "df40", "all"), row("Binary", "df40", "simswap")])
    own = Ours(results.over_seeds(figures), ["ff"], {}, 0.1)
    assert reasons(own, replace(published, protocol=protocol)) == {
        "e4s": "attacks here simswap; there e4s"
    }


def test_other_test_videos_are_refused_but_a_few_may_be_missing() -> None:
    assert reasons(ours(n_real=170, n_fake=323)) == {}
    part = "test videos: 168 real and 340 fake here, 178 real and 340 fake there"
    assert reasons(ours(n_real=168)) == {"Celeb-DF-v2": part}
    assert set(reasons(ours(n_real=890, n_fake=5639))) == {"Celeb-DF-v2"}  # the whole dataset
    assert comparable.remarks(ours(n_real=177), bench(), ["Celeb-DF-v2"]) == [
        "Celeb-DF-v2: not the whole published test set: 177 real and 340 fake videos here, 178 "
        "real and 340 fake there."
    ]


def test_derived_numbers_of_videos_are_marked() -> None:
    paper = beside({"FaceForensics++": "celeb"})[0]
    own = replace(ours(15), training=["celeb"])
    part = "test videos: 178 real and 340 fake here, 140 real and 1120 fake there (decoded)"
    assert reasons(own, paper) == {"FaceForensics++": part}
    assert reasons(own, beside({"DF-Mobio": "celeb"})[0]) == {  # nobody knows its numbers
        "DF-Mobio": "trained on here, not there"
    }
    assert reasons(ours(15), beside({"DF-Mobio": "celeb"})[0]) == {}


def test_database_that_only_ours_were_trained_on_is_refused() -> None:
    own = replace(ours(), training=["ff", "celeb"])
    assert reasons(own) == {"Celeb-DF-v2": "trained on here, not there"}
    family = replace(own, training=["ff", "part"], families={"celeb": ["part"]})
    assert set(reasons(family)) == {"Celeb-DF-v2"}
    lacking = comparable.remarks(replace(ours(), training=["x"]), bench(), list(BENCH))
    assert lacking == ["Trained on there, not here: FaceForensics++."]


def test_other_frames_are_named_and_another_threshold_leaves_auc_alone() -> None:
    assert comparable.remarks(ours(4), bench(), []) == ["Frames per video: 4 here, 32 there."]
    paper = beside({"Celeb-DF": "celeb"})[0]
    own = replace(ours(15), training=["celeb"], rate=0.05)
    assert comparable.measures(own, paper.protocol) == ["auc"]
    assert comparable.remarks(own, paper, ["Celeb-DF"]) == [
        "FNR, FPR and HTER are not compared: the threshold lets 5 % of the validation fakes pass "
        "here, 10 % there."
    ]
    assert comparable.measures(own, beside({}, "mmsp2021")[0].protocol) == ["hter"]  # not stated
