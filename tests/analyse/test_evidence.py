"""The likelihood ratio of an analysed video in results and pages, and why there is none."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import fake_analysis as fake
import small_bundle
from deepfake_attribution.analyse import files, ratio_words, words
from deepfake_attribution.analyse.analyser import _least_real
from deepfake_attribution.analyse.bundle.record import OLDER, Record
from deepfake_attribution.analyse.judging import frame_scores, judge
from deepfake_attribution.analyse.pages.pages import Pages, Row
from deepfake_attribution.analyse.pages.pictures import hidden
from deepfake_attribution.analyse.pages.timeline import chart, gauge
from deepfake_attribution.analyse.results import Evidence, VideoResult
from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.analyse.table import reasons
from deepfake_attribution.core import images
from deepfake_attribution.likelihood.calibration import Calibration

CALIBRATION = Calibration(
    kind="logistic",
    scale="logit",
    slope=0.5,
    intercept=0.0,
    lower=-1.25,
    upper=1.0,
    databases=["one"],
    videos={"real": 16, "swap": 24},
    sources_real=16,
    sources_fake=16,
    scores="held_out",
    cllr={"logistic": 0.5},
    folds=5,
)
RED, BLUE = (255, 0, 0), (0, 0, 255)
FOR_REAL = Evidence(0.75, -1.25, 1.0, False, "weak support for real rather than fake")
AT_BOUND = Evidence(-1.25, -1.25, 1.0, True, "moderate support for fake rather than real")


def judged(*colours: tuple[int, int, int], least: int = 1, **changes: Any) -> Any:
    bundle = small_bundle.bundle(**changes)
    size = small_bundle.SIZE
    crops = [images.encode(np.full((size, size, 3), one, np.uint8), "png", 0) for one in colours]
    scores = frame_scores(crops, [0] * len(crops), bundle)
    (person,) = judge(scores, bundle, Surroundings(bundle, 2), least)
    return person


def with_evidence(path: str = "a.mp4", found: Evidence | None = FOR_REAL) -> VideoResult:
    result = fake.result(path, 0.75)
    people = tuple(replace(person, evidence=found) for person in result.people)
    return replace(result, video=people[0], people=people)


def test_a_video_has_the_ratio_of_its_score_inside_the_bounds() -> None:
    mixed = judged(RED, BLUE, likelihood=CALIBRATION)
    expected = CALIBRATION.log10_lr([mixed.score])[0]
    assert mixed.evidence.log10_lr == expected and not mixed.evidence.at_bound
    assert (mixed.evidence.lower, mixed.evidence.upper) == (-1.25, 1.0)
    red, blue = (judged(one, one, likelihood=CALIBRATION).evidence for one in (RED, BLUE))
    assert (red.log10_lr, red.at_bound) == (1.0, True)
    assert red.words == "moderate support for real rather than fake"
    assert (blue.log10_lr, blue.at_bound) == (-1.25, True)
    assert blue.words == "moderate support for fake rather than real"


def test_without_a_ratio_there_is_a_reason() -> None:
    old = judged(RED, RED)
    assert old.evidence is None and old.no_evidence == OLDER
    none = judged(RED, RED, no_likelihood="no real validation video has a score")
    assert none.no_evidence == "no real validation video has a score"
    few = judged(RED, least=3, likelihood=CALIBRATION)
    assert few.evidence is None and few.no_evidence == few.reason


def test_a_record_of_an_older_version_is_read() -> None:
    record = small_bundle.record(likelihood=CALIBRATION)
    plain = json.loads(record.model_dump_json())
    assert Record.model_validate_json(json.dumps(plain)) == record
    del plain["likelihood"], plain["no_likelihood"]
    for row in plain["tested"]:
        del row["cllr"]
    old = Record.model_validate_json(json.dumps(plain))
    assert old.likelihood is None and old.without_likelihood == OLDER


def test_a_line_gives_the_ratio_back_and_an_older_line_has_none() -> None:
    result = with_evidence()
    frames = tuple(replace(frame, crop=None) for frame in result.frames)
    result = replace(result, frames=frames)
    plain = json.loads(files.json_line(result))
    assert plain["evidence"]["log10_lr"] == 0.75 and plain["no_evidence"] == ""
    assert files.restored(plain) == result
    for one in (plain, *plain["people"]):
        del one["evidence"], one["no_evidence"]
    assert files.restored(plain).video.evidence is None


def test_csv_has_the_ratio_its_bounds_and_its_words() -> None:
    rows = [(with_evidence(), {}), (with_evidence("b.mp4", None), {})]
    first, second = csv.DictReader(io.StringIO(files.csv_text(rows, fake.CLASSES, ())))
    assert first["log10_lr"] == "0.75" and first["evidence"] == FOR_REAL.words
    assert (first["log10_lr_lower"], first["log10_lr_upper"]) == ("-1.25", "1.0")
    assert second["log10_lr"] == second["evidence"] == ""


@pytest.mark.parametrize(
    ("found", "short", "long"),
    [
        (
            FOR_REAL,
            "+0.75",
            "log10 LR +0.75: weak support for real rather than fake; "
            "reals get such a score 5.6 times as often as fakes",
        ),
        (
            AT_BOUND,
            "-1.25 or less",
            "log10 LR -1.25 or less: moderate support for fake rather than real; "
            "fakes get such a score at least 18 times as often as reals (the bound",
        ),
        (replace(FOR_REAL, log10_lr=-0.001), "0.00", "log10 LR 0.00: "),
    ],
)
def test_words_of_a_ratio(found: Evidence, short: str, long: str) -> None:
    person = replace(fake.said(0.75), evidence=found)
    assert ratio_words.log10_lr(person) == short and ratio_words.evidence(person).startswith(long)
    assert ratio_words.evidence(person) in words.verdict(person, fake.record())


def test_weak_or_contrary_evidence_and_far_videos_are_not_known() -> None:
    mixed = judged(RED, BLUE, likelihood=CALIBRATION)  # a score about 1/2
    assert (mixed.verdict, mixed.status, mixed.attack) == ("not known", "ok", None)
    assert mixed.reason == "its likelihood ratio supports neither side"
    sure = judged(RED, RED, likelihood=CALIBRATION)
    assert (sure.verdict, sure.reason) == ("real", "")
    slope = CALIBRATION.model_copy(update={"intercept": -9.0})
    contrary = judged(RED, RED, likelihood=slope)
    assert contrary.verdict == "not known" and "speaks against" in contrary.reason
    for limit, verdict in ((1e6, "fake"), (0.0, "not known")):
        assert judged(BLUE, (0, 255, 0), far=limit).verdict == verdict  # without a ratio, too
    assert judged(RED, BLUE).verdict in ("real", "fake")  # a bundle of an older version


def test_a_fake_person_decides_whoever_is_not_known() -> None:
    fake_one, real = fake.said(0.25, 0), fake.said(0.75, 2)
    unknown = replace(fake.said(0.125, 1), verdict="not known", reason="x", attack=None)
    rows: list[dict[str, Any]] = []
    assert _least_real([real, unknown, fake_one], rows) == fake_one
    assert _least_real([real, unknown], rows) == unknown


def test_not_known_is_said_with_its_reason_everywhere() -> None:
    result = with_evidence(found=AT_BOUND)
    reason = "its likelihood ratio speaks against the verdict at the threshold"
    person = replace(result.video, verdict="not known", reason=reason)
    result = replace(result, video=person, people=(person,))
    text = words.verdict(person, fake.record())
    assert text.startswith(f"Not known, because {reason}: P(real) 0.750 over 4 frames is above")
    assert "0 called real, 1 not known" in words.counts([result], 1)
    assert reasons([result]) == [f"a.mp4: not known, because {reason}"]
    pages = Pages(fake.bundle(likelihood=CALIBRATION))
    for page in (pages.video(result), pages.listing([Row(result, person)], [], [])):
        assert "? not known" in page and reason in page and 'class="badge not-known"' in page
    (row,) = csv.DictReader(io.StringIO(files.csv_text([(result, {})], fake.CLASSES, ())))
    assert (row["verdict"], row["status"], row["reason"]) == ("not known", "ok", reason)
    assert ratio_words.not_known(fake.record()) == []
    (rule, _) = ratio_words.not_known(fake.record(likelihood=CALIBRATION, far=12.5))
    assert "between 1/2 and 2" in rule and "above 12.5" in rule


def test_it_says_for_which_videos_it_holds() -> None:
    record = fake.record(likelihood=CALIBRATION)
    measured = [
        one.model_copy(update={"cllr": value})
        for one, value in zip(record.tested, (0.4, 1.3), strict=True)
    ]
    text = " ".join(words.rests_on(record.model_copy(update={"tested": measured})))
    assert "p(score | real) / p(score | fake)" in text
    assert "16 real and 24 fake validation videos of one" in text and "(swap)" in text
    assert "-1.25 and +1.00" in text and "ENFSI" in text
    assert "0.40 on one, 1.30 on two (never trained on)" in text
    assert f"No likelihood ratio: {OLDER}." in words.rests_on(fake.record())


def test_pages_show_the_ratio_its_bounds_and_its_population() -> None:
    bundle = fake.bundle(likelihood=CALIBRATION)
    pages, result = Pages(bundle), with_evidence()
    page = pages.video(result)
    for text in ("+0.75", FOR_REAL.words, "-1.25 and +1.00", "validation videos of one (16 real"):
        assert text in page
    listed = pages.listing([Row(result, result.video)], [], [])
    assert "+0.75" in listed and ">weak support for real<" in listed
    none = replace(result.video, evidence=None, no_evidence="too <few>")
    listed = pages.listing([Row(replace(result, video=none, people=(none,)), none)], [], [])
    assert "too &lt;few&gt;" in listed


def test_scores_without_an_answer_are_grey_and_named() -> None:
    result = fake.result("a.mp4", 0.75)  # its threshold is 0.5
    record = fake.record().model_copy(update={"likelihood": CALIBRATION})
    # log10 LR = z / 2: a ratio of 2 at log-odds of 0.602
    text = words.threshold(record)
    assert text.startswith("A score up to 0.354 is called fake, from 0.646 on real, any other not ")
    found = gauge(result.video, result, CALIBRATION)
    assert found is not None
    assert (found["unsure"], found["unsure_width"]) == (35.39, 29.22)
    without = gauge(result.video, result, None)
    assert without is not None and without["unsure_width"] == 0


def test_frames_have_the_colour_that_a_video_with_their_score_would_have() -> None:
    result = fake.result("a.mp4", 0.75)
    scores = (0.2, 0.45, 0.55, 0.75)
    frames = [replace(one, score=score) for one, score in zip(result.frames, scores, strict=True)]
    drawn = chart(0, replace(result, frames=tuple(frames)), hidden, CALIBRATION)
    assert [dot["side"] for dot in drawn["dots"]] == ["fake", "not-known", "not-known", "real"]
    assert (drawn["unsure"], drawn["unsure_height"]) == (35.39, 29.22)
    record = fake.record().model_copy(update={"likelihood": CALIBRATION})
    page = Pages(replace(fake.bundle(), record=record)).video(replace(result, frames=tuple(frames)))
    assert page.count('class="dot not-known"') == 2 and "◆ 0.450" in page
    assert '<rect class="unsure" y="35.39%"' in page
