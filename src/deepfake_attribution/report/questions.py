"""The questions that the report answers, in order: each joins the sections about one subject."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from deepfake_attribution.report.content import Section


@dataclass(frozen=True)
class Question:
    """A question as a heading.

    Attributes:
        anchor: of the heading on a page.
        heading: the question.
        answers: anchors of the sections that answer it, in order.
        lead: one or two short sentences below the heading; ``{answer}`` is where the answers of
            the sections go, as a paragraph.
        sections: those of ``answers`` that a run has.
    """

    anchor: str
    heading: str
    answers: Sequence[str]
    lead: str = ""
    sections: Sequence[Section] = ()


QUESTIONS = (
    Question(
        "databases",
        "How good is each approach on each database?",
        ("trained", "others"),
        "AUC measures the ranking alone, HTER also the threshold.",
    ),
    Question(
        "differences",
        "Which differences are significant?",
        ("differences",),
        "Every approach against the best of each database. Grey: not significantly different.",
    ),
    Question(
        "attacks",
        "Which attacks pass?",
        ("attacks", "strengths"),
        "FPR: the share of an attack's fakes that are called real at the threshold.",
    ),
    Question(
        "robustness",
        "What if a video is compressed, small, blurred, noisy or dark?",
        ("robustness",),
        "{answer}",
    ),
    Question(
        "open-set",
        "What does it say of attacks it never saw?",
        ("open-set",),
        "Which class its videos are given, and whether they are further from known videos.",
    ),
    Question(
        "thresholds",
        "Where does the threshold stand?",
        ("further-thresholds", "thresholds"),
        "Each approach has one threshold for all databases; scores to its right are called real.",
    ),
    Question(
        "likelihood",
        "How strong is the evidence?",
        ("likelihood",),
        "{answer}\n\nLikelihood ratios: p(score | real) / p(score | fake), calibrated on "
        "validation videos.",
    ),
    Question(
        "not-known",
        "When should it not answer?",
        ("not-known",),
        "Not known: too far from known videos, a likelihood ratio between 1/2 and 2, or one "
        "against the threshold's verdict.\n\n{answer}",
    ),
    Question(
        "evidence-maps",
        "Where in the face is the evidence?",
        ("evidence-maps",),
        "{answer}\n\nMaps show where a face speaks for fake or real. What was changed is known on "
        "simulated fakes.",
    ),
    Question(
        "classes",
        "Does it name the right attack?",
        ("classes",),
        "{answer}\n\nEach row is a true class; the columns are the classes that its videos are "
        "given.",
    ),
    Question("roc", "How do the two errors trade off? ROC and DET", ()),
    Question("published", "How does it compare with the published figures?", ("published",)),
    Question("training", "How did the training go?", ()),
    Question("maps", "Which crops look alike to each head?", ()),
    Question("faces", "What do the classes look like?", ()),
    Question(
        "metadata-baseline",
        "How far does metadata alone get?",
        ("metadata-baseline",),
        "A baseline without pixels: what an approach gains over it is evidence for the approach.",
    ),
    Question(
        "overlaps",
        "What do test and training share?",
        ("overlaps",),
        "The official lists let these people or clips be in both.",
    ),
    Question(
        "no-face",
        "Which frames have no face?",
        ("no-face",),
        "A frame without a face has no score, and neither has a video without any face.",
    ),
    Question("made-from", "What was this made from?", ("made-from",)),
)


def asked(sections: Sequence[Section], figures: Collection[str] = ()) -> list[Question]:
    """Return the questions that have a section or a figure, in order.

    Args:
        sections: each appears once; those that no question names are questions of their own, last.
        figures: anchors of questions that a page has a figure for.
    """
    named = {section.anchor: section for section in sections}
    found = []
    for one in QUESTIONS:
        own = [named.pop(anchor) for anchor in one.answers if anchor in named]
        if own or one.anchor in figures:
            answer = " ".join(section.answer for section in own if section.answer)
            found.append(replace(one, sections=own, lead=one.lead.format(answer=answer).strip()))
    return found + [Question(rest.anchor, rest.heading, (), "", [rest]) for rest in named.values()]
