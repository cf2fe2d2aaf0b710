"""What is said of a video in words, and what it rests on: the same in a terminal and on a page."""

from collections import Counter
from collections.abc import Iterable, Sequence

from deepfake_attribution.analyse.bundle.record import Record, Tested
from deepfake_attribution.analyse.results import Said, ScoreKind, VideoResult
from deepfake_attribution.core.video import REAL
from deepfake_attribution.render.settings import ATTACK_NAMES

STRANGE = 0.95  # of the known videos that are less far: from here on it is like nothing seen
USEFUL = 80.0  # percent; where new attacks are less often the further ones, it says little
NAMED = 12  # attacks in a sentence; the rest is counted
PROOF = "What the model says is a hint for people who look further, never a proof."
UNKNOWN_MAY_PASS = (
    "A method that the model was not trained on may pass as real, however sure the score looks."
)
OWN_SCALE = (
    "P(real) is the model's own scale. It is not the chance that this video is real, which also "
    "depends on how many of the videos that you look at are fake."
)
INTERVAL = (
    "The interval says how much the frames of the video agree (95 %, bootstrap over its frames), "
    "not how sure the model is: frames of one video resemble each other."
)
STATUSES = {
    "no_face": "no face",
    "no_score": "no score",
    "too_few_faces": "too few frames with a face",
    "missing": "not there",
    "unreadable": "not readable",
    "damaged": "damaged",
    "too_long": "too long",
    "no_video": "no video there",
}


def status(name: str) -> str:
    """Return the status of a video or a frame for people."""
    return STATUSES.get(name, name.replace("_", " "))


def share(value: float) -> str:
    """Return a share in [0, 1] in percent; none is rounded to all or nothing."""
    return percent(100 * value, 0)


def percent(value: float | None, decimals: int = 1) -> str:
    """Return a figure in percent; what is not quite 0 or 100 does not become it."""
    if value is None:
        return "not known"
    text, least = f"{value:.{decimals}f}", 10.0**-decimals
    if value > 0 and float(text) == 0:
        return f"less than {least:g} %"
    if value < 100 and float(text) == 100:
        return f"more than {100 - least:g} %"
    return f"{text} %"


def number(value: float) -> str:
    """Return a score with three decimals, without a sign for zero."""
    text = f"{value:.3f}"
    return "0.000" if text == "-0.000" else text


def score(said: Said, kind: ScoreKind) -> str:
    """Return the score with what it is: a probability, or a decision value."""
    if said.score is None:
        return "no score"
    if kind == "probability":
        return f"P(real) {number(said.score)}"
    return f"score {number(said.score)} (a decision value, not a probability)"


def interval(said: Said) -> str:
    """Return the interval of the score over the frames; empty where there is none."""
    if said.interval is None:
        return ""
    low, high = said.interval
    return f"{number(low)} to {number(high)}"


def verdict(said: Said, record: Record) -> str:
    """Return the verdict and why, in one or two sentences; without a verdict, why there is none."""
    if said.verdict is None:
        scored = (
            f" The {score(said, record.score_kind)} is not used." if said.score is not None else ""
        )
        return f"No verdict, {status(said.status)}: {said.reason}.{scored}"
    side = "above" if said.verdict == REAL else "not above"
    limit = number(record.threshold.value)
    told = (
        f"Called {said.verdict}: {score(said, record.score_kind)} over {frames(said.faces)} is "
        f"{side} the threshold {limit}."
    )
    return " ".join([told, *filter(None, [attack(said)]), *_strange(said)])


def attack(said: Said) -> str:
    """Return which attack a fake is most like; empty for reals and where no class is named."""
    if said.attack is None:
        return ""
    chance = said.probabilities.get(said.attack)
    told = f" ({share(chance)})" if chance is not None else ""
    return f"Of the attacks that the model knows it is most like {said.attack}{told}."


def _strange(said: Said) -> list[str]:
    if not is_strange(said):
        return []
    return ["But it is like nothing that the model has seen: this verdict means little."]


def is_strange(said: Said) -> bool:
    """Return whether it is like nothing seen."""
    return said.unlike is not None and said.unlike >= STRANGE


def unlike(said: Said) -> str:
    """Return how unlike everything known it is, and what that means."""
    if said.unlike is None:
        return "How unlike everything known it is cannot be said: nothing to compare with."
    far = "" if said.distance is None else f" ({said.distance:.1f} {unit(said)})"
    told = f"{share(said.unlike)} of the known videos are less far from all that is known{far}"
    if is_strange(said):
        return (
            f"Like nothing seen. {told}: from {share(STRANGE)} on it may be another attack, "
            "another camera or another kind of picture, and neither the verdict nor the name of "
            "an attack means much."
        )
    return (
        f"{told}; from {share(STRANGE)} on it would be like nothing seen. That it is not says "
        "nothing about real or fake."
    )


def unit(said: Said) -> str:
    """Return what distances are measured in."""
    return "degrees" if said.unit == "degrees" else "standard deviations"


def frames(count: int) -> str:
    """Return how many frames."""
    return f"{count} frame" if count == 1 else f"{count} frames"


def faces(said: Said, asked: int) -> str:
    """Return in how many of the frames that were asked for the face was found."""
    return f"{said.faces} of {asked}"


def threshold(record: Record) -> str:
    """Return what the threshold is and what it lets pass."""
    limit = record.threshold
    passing = f"{limit.k_pass} of {limit.n_fake} fake videos of the validation part passed as real"
    return f"A score above {number(limit.value)} is called real. At this threshold {passing}."


def chosen(record: Record, why: str) -> str:
    """Return which approach speaks, and why this one.

    Args:
        record: of the model.
        why: who chose it, for example "chosen by --approach".
    """
    hter = record.validation_hter
    told = "" if hter is None else f"validation HTER {percent(hter)}, "
    return f"{record.approach}, training seed {record.seed} ({told}{why})"


def rests_on(record: Record) -> list[str]:
    """Return what every verdict rests on: a sentence on each thing that must be known."""
    return [
        PROOF,
        trained_on(record),
        *simulated(record),
        threshold(record),
        *(tested_on(one) for one in record.tested),
        *_unlike_worth(record.tested),
        UNKNOWN_MAY_PASS + _passed(record.tested),
    ]


def simulated(record: Record) -> list[str]:
    """Return that attacks of the training are drawn by this package; nothing where none is."""
    drawn = sorted(set(record.attacks) & set(ATTACK_NAMES))
    if not drawn:
        return []
    which = "Its attacks" if len(drawn) == len(record.attacks) else ", ".join(drawn)
    return [
        f"{which} are simulated by this package itself: error rates on them say nothing of how "
        "good it is on real deepfakes."
    ]


def trained_on(record: Record) -> str:
    """Return what the model was trained on."""
    attacks = record.attacks
    several = "1 attack" if len(attacks) == 1 else f"{len(attacks)} attacks"
    count = sum(record.trained.videos.get("train", {}).values())
    what = f"Trained on {count} videos of {', '.join(record.trained.datasets)}"
    return f"{what}: real ones and {several} ({some(attacks)}). It knows no other attack."


def tested_on(tested: Tested) -> str:
    """Return the error rates on one database, with the number of videos."""
    kind = "other videos of what it was trained on" if tested.trained_on else "never trained on"
    told = []
    if tested.fpr is not None:
        passed = _counted(tested.fpr, tested.n_fake, "fake video", "passed as real")
        told.append(passed)
    if tested.fnr is not None:
        told.append(_counted(tested.fnr, tested.n_real, "real video", "called fake"))
    news = f"; new attacks: {some(tested.new)}" if tested.new else ""
    return f"Tested on {tested.database} ({kind}{news}): {', '.join(told) or 'nothing to count'}."


def _counted(rate: float, total: int, what: str, done: str) -> str:
    plural = what if total == 1 else f"{what}s"
    return f"{round(rate * total / 100)} of {total} {plural} {done} ({percent(rate)})"


def _unlike_worth(tested: Sequence[Tested]) -> list[str]:
    """Return what being unlike everything seen was worth where it could be measured."""
    told = [one for one in tested if one.unlike_auc is not None]
    if not told:
        return []
    each = ", ".join(f"{one.unlike_auc:.0f} % in {one.database}" for one in told)
    end = "."
    if min(one.unlike_auc or 0.0 for one in told) < USEFUL:
        end = ": do not take a low share for a good sign."
    return [
        "How far a video is from all that is known was measured on new attacks. One of theirs was "
        f"further than a known video (50 % is chance): {each}{end}"
    ]


def _passed(tested: Sequence[Tested]) -> str:
    """Return the worst that attacks did which were new to the model, as a further sentence."""
    strange = [one for one in tested if one.new and one.fpr is not None]
    if not strange:
        return " How often cannot be said: it was tested on no such method."
    worst = max(strange, key=lambda one: one.fpr or 0.0)
    if not worst.fpr:
        return " None did of the new attacks that it was tested on, which says little about others."
    return f" Of the fakes of {worst.database}, with new attacks, {percent(worst.fpr)} did."


def some(names: Sequence[str]) -> str:
    """Return names by commas, the first `NAMED` of them."""
    told = ", ".join(names[:NAMED])
    return f"{told} and {len(names) - NAMED} more" if len(names) > NAMED else told


def counts(results: Iterable[VideoResult | None], asked: int) -> str:
    """Return how many videos are fake, real, and without a verdict, and why.

    Args:
        results: of those that are done.
        asked: how many were asked for.
    """
    done = [one for one in results if one is not None]
    verdicts = Counter(one.verdict for one in done)
    told = [f"{verdicts['fake']} called fake", f"{verdicts['real']} called real"]
    if verdicts[None]:
        reasons = Counter(status(one.status) for one in done if one.verdict is None)
        listed = ", ".join(f"{name}: {count}" for name, count in reasons.most_common())
        told.append(f"{verdicts[None]} without a verdict ({listed})")
    left = f"; {asked - len(done)} were not looked at" if len(done) < asked else ""
    total = "1 video" if len(done) == 1 else f"{len(done)} videos"
    return f"{total}: {', '.join(told)}{left}."
