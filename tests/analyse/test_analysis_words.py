from dataclasses import replace

import fake_analysis as fake
from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.results import PersonResult
from golden_files import Golden


def test_a_verdict_says_its_score_its_threshold_and_the_attack(golden: Golden) -> None:
    record = fake.record()
    found = [words.verdict(one, record) for one in (fake.said(0.75), fake.said(0.2, faces=1))]
    assert "0.750" in found[0] and "swap (60 %)" in found[1]
    golden("verdicts", found)


def test_a_decision_value_is_called_one(golden: Golden) -> None:
    record = fake.record(score_kind="decision")
    golden("decision value", [words.verdict(replace(fake.said(0.375), attack=None), record)])


def test_without_a_verdict_the_reason_is_given_and_the_score_is_not_used(golden: Golden) -> None:
    few = replace(fake.said(0.75), status="too_few_faces", reason="2 of 3", verdict=None)
    nobody = PersonResult(0, "no_face", "nobody")
    golden("without a verdict", [words.verdict(one, fake.record()) for one in (few, nobody)])


def test_out_of_distribution_is_mentioned_with_the_verdict(golden: Golden) -> None:
    strange, usual = fake.said(0.75, unlike=0.95), fake.said(0.75, unlike=0.949)
    verdicts = [words.verdict(one, fake.record()) for one in (strange, usual)]
    assert verdicts[0].startswith(verdicts[1]) and verdicts[0] != verdicts[1]
    distances = [words.unlike(one) for one in (strange, usual, PersonResult(0, "ok", ""))]
    golden("out of distribution", [*verdicts, *distances])


def test_what_it_rests_on(golden: Golden) -> None:
    record = fake.record()
    found = words.rests_on(record)
    assert found[0] == words.PROOF and words.UNKNOWN_MAY_PASS in found[-1]
    golden("what it rests on", found)
    tame = fake.record(tested=record.tested[:1])
    strict = fake.record(tested=[record.tested[1].model_copy(update={"fpr": 0.0})])
    golden("of unknown attacks", [words.rests_on(one)[-1] for one in (tame, strict)])


def test_nothing_is_rounded_to_all_or_nothing() -> None:
    assert [words.share(value) for value in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        *("0 %", "less than 1 %", "50 %", "more than 99 %", "100 %"),
    ]
    assert words.percent(99.96) == "more than 99.9 %" and words.percent(None) == "not known"


def test_counts(golden: Golden) -> None:
    results = [fake.result("a", 0.75), fake.result("b", 0.2, 0.9), fake.result("c", reason="x")]
    golden("counts", [words.counts(results, 5)])


def test_simulated_attacks_are_called_so() -> None:
    assert words.simulated(fake.record()) == []
    record = fake.record(classes=["real", "sim_mouth", "sim_blend"])
    (all_of_them,) = words.simulated(record)
    assert all_of_them.startswith("Its attacks are simulated") and "real deepfakes" in all_of_them
    (some,) = words.simulated(fake.record(classes=["real", "sim_mouth", "Deepfakes"]))
    assert some.startswith("sim_mouth is simulated")
    assert all_of_them in words.rests_on(record)


def test_detection_of_new_attacks_is_mentioned_if_it_was_measured() -> None:
    tested = fake.record().tested
    assert not any("further than a known video" in line for line in words.rests_on(fake.record()))
    low = [tested[0], tested[1].model_copy(update={"unlike_auc": 22.05})]
    (line,) = [one for one in words.rests_on(fake.record(tested=low)) if "further than" in one]
    assert line.endswith("22 % in two: a low value is not reassuring.")
    high = [tested[0], tested[1].model_copy(update={"unlike_auc": 91.0})]
    (line,) = [one for one in words.rests_on(fake.record(tested=high)) if "further than" in one]
    assert line.endswith("91 % in two.")
