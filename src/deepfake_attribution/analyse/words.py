"""Sentences about results and about the model, the same in a terminal and on a page."""

from collections import Counter
from collections.abc import Iterable, Sequence

from deepfake_attribution.analyse import approach_words, enrolled, map_words, ratio_words
from deepfake_attribution.analyse.amounts import counted, number, percent, share
from deepfake_attribution.analyse.bundle.record import Record, Tested
from deepfake_attribution.analyse.results import (
    NOT_KNOWN,
    PersonResult,
    ScoreKind,
    VideoResult,
)
from deepfake_attribution.core.listed import some
from deepfake_attribution.likelihood import abstention

DISTANCE = "distance to known videos"  # heading of the share of known videos that are nearer
STRANGE = 0.95  # from this share on, a video is out of distribution
USEFUL = 80.0  # percent; with a lower AUC on new attacks the distance is no good detector
NAMED = 12  # attacks in a sentence; the rest is counted
PROOF = "The result is a hint for people who investigate further, never a proof."
UNKNOWN_MAY_PASS = (
    "A method that the model was not trained on may pass as real, however high the score."
)
OWN_SCALE = (
    "P(real) is the model's own scale. It is not the probability that this video is real, which "
    "also depends on how many of the videos that you analyse are fake."
)
INTERVAL = (
    "The interval shows how much the frames of the video agree (95 %, bootstrap over its frames), "
    "not how certain the model is: frames of one video resemble each other."
)
STATUSES = {
    "no_face": "no face",
    "no_score": "no score",
    "too_few_faces": "too few frames with a face",
    "missing": "not found",
    "unreadable": "not readable",
    "damaged": "damaged",
    "too_long": "too long",
    "too_large": "pictures too large",
    "not_finished": "not finished",
    "no_video": "no video",
}
NOT_READ = ("missing", "unreadable", "too_long", "too_large", "not_finished", "no_video")


def status(name: str) -> str:
    """Return the status of a video or a frame as text."""
    return STATUSES.get(name, name.replace("_", " "))


def score(person: PersonResult, kind: ScoreKind) -> str:
    """Return the score with its kind: a probability, or a decision value."""
    if person.score is None:
        return "no score"
    if kind == "probability":
        return f"P(real) {number(person.score)}"
    return f"score {number(person.score)} (a decision value, not a probability)"


def interval(person: PersonResult) -> str:
    """Return the interval of the score over the frames; empty if there is none."""
    if person.interval is None:
        return ""
    low, high = person.interval
    return f"{number(low)} to {number(high)}"


def verdict(person: PersonResult, record: Record) -> str:
    """Return the verdict with its reason; without a verdict, why there is none."""
    if person.verdict is None:
        scored = (
            f" The {score(person, record.score_kind)} is not used."
            if person.score is not None
            else ""
        )
        return f"No verdict, {status(person.status)}: {person.reason}.{scored}"
    is_above = person.score is not None and person.score > record.threshold.value
    side = "above" if is_above else "not above"
    limit = number(record.threshold.value)
    own = score(person, record.score_kind)
    called = f"Called {person.verdict}"
    if person.verdict == NOT_KNOWN:
        called = f"Not known, because {person.reason}"
    text = f"{called}: {own} over {frames(person.faces)} is {side} the threshold {limit}."
    ratio = f"{ratio_words.evidence(person)}." if person.evidence is not None else ""
    further = [ratio, approach_words.attack(person, record), *_strange(person)]
    return " ".join([text, *filter(None, further)])


def _strange(person: PersonResult) -> list[str]:
    if not is_strange(person) or person.verdict == NOT_KNOWN:
        return []
    return ["But the video is out of distribution for the model, so this verdict means little."]


def is_strange(person: PersonResult) -> bool:
    """Return whether a person is out of distribution."""
    return person.unlike is not None and person.unlike >= STRANGE


def unlike(person: PersonResult) -> str:
    """Return the distance to known videos, and what it means."""
    if person.unlike is None:
        return "The distance to known videos is not known: there is nothing to compare with."
    own = "" if person.distance is None else f" (this one: {person.distance:.1f} {unit(person)})"
    nearer = f"{share(person.unlike)} of the known videos are nearer to the known crops{own}"
    if is_strange(person):
        return (
            f"Out of distribution. {nearer}. From {share(STRANGE)} on it may be another attack, "
            "another camera or another kind of picture, and neither the verdict nor the name of "
            "an attack means much."
        )
    if person.verdict == NOT_KNOWN and person.reason == abstention.TOO_FAR:
        return f"Too far: more than the limit that validation videos set. {nearer}."
    return f"{nearer}. That says nothing about real or fake."


def unit(person: PersonResult) -> str:
    """Return the unit of distances."""
    return "degrees" if person.unit == "degrees" else "standard deviations"


def frames(count: int) -> str:
    """Return a number of frames as text."""
    return counted(count, "frame")


def faces(person: PersonResult, asked: int) -> str:
    """Return the number of requested frames in which the face was found; - if none was read."""
    if not person.faces and person.status in NOT_READ:
        return "-"
    return f"{person.faces} of {asked}"


def threshold(record: Record) -> str:
    """Return which scores are called what, and how many fakes the threshold lets pass."""
    limit = record.threshold
    fakes = counted(limit.n_fake, "fake video")
    passing = f"{limit.k_pass} of {fakes} of the validation part passed as real"
    if record.likelihood is None:
        return f"A score above {number(limit.value)} is called real. At this threshold {passing}."
    fake, real = abstention.sides(record.likelihood, limit.value)
    called = [f"up to {number(fake)} is called fake"] if fake is not None else []
    called += [f"from {number(real)} on real"] if real is not None else []
    return (
        f"A score {', '.join([*called, 'any other not known'])}{_whatever(record)}. At the "
        f"threshold {number(limit.value)} alone {passing}."
    )


def _whatever(record: Record) -> str:
    """Return when a video is not known, whatever its score."""
    cases = ["is too far from known videos"] if record.far is not None else []
    if record.enrolled and record.classifier is None:
        cases.append("scores as real but is nearest to an enrolled attack")
    return f"; so is a video that {' or '.join(cases)}" if cases else ""


def rests_on(record: Record) -> list[str]:
    """Return sentences on everything that a reader of a verdict must know about the model."""
    return [
        PROOF,
        trained_on(record),
        *enrolled.sentences(record),
        *simulated(record),
        threshold(record),
        *approach_words.names(record),
        *ratio_words.population(record),
        *ratio_words.not_known(record),
        *(tested_on(one) for one in record.tested),
        *_detects_new_attacks(record.tested),
        map_words.truth(record),
        UNKNOWN_MAY_PASS + _passed(record.tested),
    ]


def banner(record: Record) -> list[tuple[str, bool]]:
    """Return the sentences that belong next to a verdict, each with whether it is in bold."""
    drawn = [(line, True) for line in simulated(record)]
    return [(PROOF, True), (UNKNOWN_MAY_PASS, False), *drawn]


def simulated(record: Record) -> list[str]:
    """Return a sentence on simulated attacks of the training; empty if there are none."""
    drawn = approach_words.simulated_attacks(record)
    if not drawn:
        return []
    which = "Its attacks" if len(drawn) == len(record.attacks) else ", ".join(drawn)
    verb, them = ("are", "them") if len(drawn) > 1 or which == "Its attacks" else ("is", "it")
    return [
        f"{which} {verb} simulated by this package itself, so error rates on {them} say nothing "
        "about how good the model is on real deepfakes."
    ]


def trained_on(record: Record) -> str:
    """Return what the model was trained on."""
    attacks = record.attacks
    several = counted(len(attacks), "attack")
    count = sum(record.trained.videos.get("train", {}).values())
    what = f"Trained on {counted(count, 'video')} of {', '.join(record.trained.datasets)}"
    others = "It knows no other attack"
    if record.enrolled:
        others += f" but {'those' if len(record.enrolled) > 1 else 'the one'} enrolled later"
    return f"{what}: real ones and {several} ({some(attacks, NAMED)}). {others}."


def tested_on(tested: Tested) -> str:
    """Return the error rates on one database, with the number of videos."""
    kind = "other videos of what it was trained on" if tested.trained_on else "never trained on"
    rates = []
    if tested.fpr is not None:
        rates.append(_counted(tested.fpr, tested.n_fake, "fake video", "passed as real"))
    if tested.fnr is not None:
        rates.append(_counted(tested.fnr, tested.n_real, "real video", "called fake"))
    news = f"; new attacks: {some(tested.new, NAMED)}" if tested.new else ""
    found = f"at the threshold alone, {', '.join(rates)}" if rates else "nothing to count"
    return f"Tested on {tested.database} ({kind}{news}): {found}."


def _counted(rate: float, total: int, what: str, done: str) -> str:
    return f"{round(rate * total / 100)} of {counted(total, what)} {done} ({percent(rate)})"


def _detects_new_attacks(tested: Sequence[Tested]) -> list[str]:
    """Return how well the distance to known videos detects new attacks, if it was measured."""
    measured = [one for one in tested if one.unlike_auc is not None]
    if not measured:
        return []
    each = ", ".join(f"{one.unlike_auc:.0f} % in {one.database}" for one in measured)
    end = "."
    if min(one.unlike_auc or 0.0 for one in measured) < USEFUL:
        end = ": a low value is not reassuring."
    return [
        "The distance to known videos was tested on new attacks. A video of a new attack was "
        f"further than a known video (50 % is chance): {each}{end}"
    ]


def _passed(tested: Sequence[Tested]) -> str:
    """Return the highest FPR of a database with new attacks, as a further sentence."""
    with_new = [one for one in tested if one.new and one.fpr is not None]
    if not with_new:
        return " How often is not known: it was tested on no such method."
    worst = max(with_new, key=lambda one: one.fpr or 0.0)
    if not worst.fpr:
        return " No fake of the new attacks in the tests did, which says little about others."
    return f" Of the fakes of {worst.database}, with new attacks, {percent(worst.fpr)} did."


def counts(results: Iterable[VideoResult | None], asked: int) -> str:
    """Return how many videos are called fake, real, and have no verdict, and why.

    Args:
        results: of the finished videos.
        asked: number of requested videos.
    """
    done = [one for one in results if one is not None]
    verdicts = Counter(one.verdict for one in done)
    parts = [f"{verdicts['fake']} called fake", f"{verdicts['real']} called real"]
    parts += [f"{verdicts[NOT_KNOWN]} not known"] if verdicts[NOT_KNOWN] else []
    if verdicts[None]:
        reasons = Counter(status(one.status) for one in done if one.verdict is None)
        listed = ", ".join(f"{name}: {count}" for name, count in reasons.most_common())
        parts.append(f"{verdicts[None]} without a verdict ({listed})")
    missing = asked - len(done)
    left = f"; {missing} {'was' if missing == 1 else 'were'} not analysed" if missing > 0 else ""
    return f"{counted(len(done), 'video')}: {', '.join(parts)}{left}."
