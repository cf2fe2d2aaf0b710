"""The order of the questions, and that nothing of the report is left out of them."""

from dataclasses import replace

from test_report_better import RUN

from deepfake_attribution.report import questions
from deepfake_attribution.report.content import Section, sections
from deepfake_attribution.report.questions import QUESTIONS, asked


def section(anchor: str) -> Section:
    return Section(anchor.title(), anchor, [], [])


def test_sections_of_one_subject_are_joined_in_the_order_of_the_questions() -> None:
    given = [section(name) for name in ("thresholds", "others", "further-thresholds", "trained")]
    found = asked(given)
    assert [one.anchor for one in found] == ["databases", "thresholds"]
    assert [[own.anchor for own in one.sections] for one in found] == [
        ["trained", "others"],
        ["further-thresholds", "thresholds"],
    ]


def test_question_with_a_figure_alone_is_asked_and_one_without_anything_is_not() -> None:
    assert [one.anchor for one in asked([section("classes")], {"roc"})] == ["classes", "roc"]
    assert asked([]) == []


def test_section_that_no_question_names_is_last() -> None:
    found = asked([section("new"), section("classes")])
    assert [(one.anchor, one.heading) for one in found][-1] == ("new", "New")
    assert [own.anchor for own in found[-1].sections] == ["new"]


def test_answer_of_a_section_is_in_the_lead() -> None:
    given = [replace(section(name), answer="So it is.") for name in ("likelihood", "not-known")]
    ratios, not_known = (one.lead for one in asked(given))
    assert ratios.startswith("So it is.\n\nLikelihood ratios")
    assert not_known.endswith("verdict.\n\nSo it is.")
    leads = [one.lead for one in asked([section("likelihood"), section("not-known")])]
    assert leads[0].startswith("Likelihood ratios") and leads[1].endswith(
        "the threshold's verdict."
    )


def test_every_section_of_the_report_has_its_question() -> None:
    anchors = [one.anchor for one in sections(RUN)]
    named = [anchor for one in QUESTIONS for anchor in one.answers]
    assert set(anchors) <= set(named) and len(named) == len(set(named))
    assert len({one.anchor for one in questions.QUESTIONS}) == len(QUESTIONS)
    leads = [one.lead.format(answer="").strip() for one in QUESTIONS]
    assert all(len(lead) <= 120 for lead in leads)  # at most two lines
