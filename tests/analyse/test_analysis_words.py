from dataclasses import replace

import fake_analysis as fake
from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.results import Said


def test_a_verdict_says_its_score_its_threshold_and_the_attack() -> None:
    record = fake.record()
    assert words.verdict(fake.said(0.75), record) == (
        "Called real: P(real) 0.750 over 4 frames is above the threshold 0.500."
    )
    assert words.verdict(fake.said(0.2, faces=1), record) == (
        "Called fake: P(real) 0.200 over 1 frame is not above the threshold 0.500. "
        "Of the attacks that the model knows it is most like swap (60 %)."
    )


def test_a_decision_value_is_called_one() -> None:
    record = fake.record(score_kind="decision")
    told = words.verdict(replace(fake.said(0.375), attack=None), record)
    assert "score 0.375 (a decision value, not a probability) over 4 frames" in told


def test_without_a_verdict_the_reason_is_told_and_the_score_is_not_used() -> None:
    few = replace(fake.said(0.75), status="too_few_faces", reason="2 of 3", verdict=None)
    assert words.verdict(few, fake.record()) == (
        "No verdict, too few frames with a face: 2 of 3. The P(real) 0.750 is not used."
    )
    nobody = Said(0, "no_face", "nobody")
    assert words.verdict(nobody, fake.record()) == "No verdict, no face: nobody."


def test_what_is_like_nothing_seen_says_so_beside_its_verdict() -> None:
    strange, usual = fake.said(0.75, unlike=0.95), fake.said(0.75, unlike=0.949)
    assert words.verdict(strange, fake.record()).endswith("this verdict means little.")
    assert words.unlike(strange).startswith("Like nothing seen. 95 % of the known videos")
    assert words.unlike(usual).startswith("95 % of the known videos are less far")
    assert "means little" not in words.verdict(usual, fake.record())
    assert "cannot be said" in words.unlike(Said(0, "ok", ""))


def test_what_it_rests_on() -> None:
    assert words.rests_on(fake.record()) == [
        words.PROOF,
        "Trained on 20 videos of one: real ones and 2 attacks (blur, swap). It knows no other "
        "attack.",
        "A score above 0.500 is called real. At this threshold 4 of 40 fake videos of the "
        "validation part passed as real.",
        "Tested on one (other videos of what it was trained on): 4 of 40 fake videos passed as "
        "real (10.0 %), 1 of 20 real videos called fake (5.0 %).",
        "Tested on two (never trained on; new attacks: morph): 15 of 30 fake videos passed as "
        "real (50.0 %), 2 of 10 real videos called fake (20.0 %).",
        f"{words.UNKNOWN_MAY_PASS} Of the fakes of two, with new attacks, 50.0 % did.",
    ]


def test_unknown_attacks_that_were_not_tested_on_are_not_passed_by() -> None:
    record = fake.record()
    tame = fake.record(tested=record.tested[:1])
    assert words.rests_on(tame)[-1].endswith("it was tested on no such method.")
    strict = [record.tested[1].model_copy(update={"fpr": 0.0})]
    assert words.rests_on(fake.record(tested=strict))[-1].endswith("says little about others.")


def test_nothing_is_rounded_to_all_or_nothing() -> None:
    assert [words.share(value) for value in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        *("0 %", "less than 1 %", "50 %", "more than 99 %", "100 %"),
    ]
    assert words.percent(99.96) == "more than 99.9 %" and words.percent(None) == "not known"


def test_counts() -> None:
    results = [fake.result("a", 0.75), fake.result("b", 0.2, 0.9), fake.result("c", reason="x")]
    assert words.counts(results, 5) == (
        "3 videos: 1 called fake, 1 called real, 1 without a verdict (no face: 1); 2 were not "
        "looked at."
    )


def test_simulated_attacks_are_called_so() -> None:
    assert words.simulated(fake.record()) == []
    record = fake.record(classes=["real", "sim_mouth", "sim_blend"])
    (all_of_them,) = words.simulated(record)
    assert all_of_them.startswith("Its attacks are simulated") and "real deepfakes" in all_of_them
    (some,) = words.simulated(fake.record(classes=["real", "sim_mouth", "Deepfakes"]))
    assert some.startswith("sim_mouth are simulated")
    assert all_of_them in words.rests_on(record)


def test_what_being_unlike_was_worth_is_said_where_it_was_measured() -> None:
    tested = fake.record().tested
    assert not any("further than a known video" in told for told in words.rests_on(fake.record()))
    low = [tested[0], tested[1].model_copy(update={"unlike_auc": 22.05})]
    (told,) = [one for one in words.rests_on(fake.record(tested=low)) if "further than" in one]
    assert told.endswith("22 % in two: do not take a low share for a good sign.")
    high = [tested[0], tested[1].model_copy(update={"unlike_auc": 91.0})]
    (told,) = [one for one in words.rests_on(fake.record(tested=high)) if "further than" in one]
    assert told.endswith("91 % in two.")
