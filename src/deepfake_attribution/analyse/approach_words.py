"""Sentences on the approaches of a model: which gives the verdict, and which names the attack."""

from deepfake_attribution.analyse.amounts import counted, percent, share
from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.analyse.results import PersonResult
from deepfake_attribution.core.video import REAL
from deepfake_attribution.render.settings import ATTACK_NAMES

LIMITS = "A hint, never a proof: a method that the model was not trained on may pass as real."


def rests_in_short(record: Record, why: str) -> str:
    """Return in one line which approaches speak, and for which videos the likelihood ratio holds.

    Args:
        record: of the model.
        why: why these approaches, for example "chosen by --approach".
    """
    return f"{chosen(record, why)}. {_ratio(record)}."


def chosen(record: Record, why: str) -> str:
    """Return which approach gives the verdict, which names the attack, and why.

    Args:
        record: of the model.
        why: for example "chosen by --approach".
    """
    hter = record.validation_hter
    rate = [] if hter is None else [f"validation HTER {percent(hter)}"]
    one, named = record.attributing, []
    if one is not None:
        named = [f"right for {percent(one.right)} of {counted(one.n_fake, 'validation fake')}"]
    if one is not None and one.approach != record.approach:
        who = f"Verdict by {_with(record.approach, rate)}, attack by {_with(one.approach, named)}"
    elif record.names_attacks:
        named = [f"attack {text}" for text in named]
        who = f"Verdict and attack by {_with(record.approach, [*rate, *named])}"
    else:
        who = f"Verdict by {_with(record.approach, rate)}, which names no attack"
    return f"{who}; {why}, training seed {record.seed}"


def in_few_words(record: Record) -> str:
    """Return which approach gives the verdict, and which names the attack."""
    if record.names_attacks == record.approach:
        return f"Verdict and attack by {record.approach}"
    named = f"attack by {record.names_attacks}" if record.names_attacks else "which names no attack"
    return f"Verdict by {record.approach}, {named}"


def simulated_in_short(record: Record) -> list[str]:
    """Return a line on simulated attacks of the training; empty if there are none."""
    drawn = simulated_attacks(record)
    if not drawn:
        return []
    if len(drawn) == len(record.attacks):
        return ["The model knows simulated attacks only; results say nothing about real deepfakes."]
    verb, them = ("is", "it") if len(drawn) == 1 else ("are", "them")
    which = ", ".join(drawn)
    return [f"{which} {verb} simulated: results on {them} say nothing about real deepfakes."]


def simulated_attacks(record: Record) -> list[str]:
    """Return the attacks of the training that this package simulates."""
    return sorted(set(record.attacks) & set(ATTACK_NAMES))


def names(record: Record) -> list[str]:
    """Return sentences on who names attacks, and how well; empty if the record does not know."""
    one = record.attributing
    if not record.names_attacks:
        return [f"{record.approach} tells real from fake and names no attack."]
    if one is None:
        return []
    well = (
        f"gave {percent(one.right)} of the {one.n_fake} fake validation videos the right "
        "name (mean over the attacks)"
    )
    if one.approach == record.approach:
        return [f"{record.approach} gives the verdict and names the attack. It {well}."]
    sentence = (
        f"{record.approach} gives the verdict, {one.approach} names the attack of what is called "
        f"fake. {one.approach} {well}."
    )
    if one.far is not None:
        sentence += " It names none where the video is too far from those that it knows."
    return [sentence]


def attack(person: PersonResult, record: Record) -> str:
    """Return the most similar attack of a fake, or why none is named; empty for other verdicts."""
    if person.attack is None:
        return f"No attack is named: {person.no_attack}." if person.no_attack else ""
    joined = {one.name for one in record.enrolled}
    if record.classifier is None and person.attack in joined:
        return f"Its nearest known crops are mostly of the enrolled attack {person.attack}."
    chance = person.probabilities.get(person.attack)
    probability = f" ({share(chance)})" if chance is not None else ""
    if record.of_namer is None:
        return f"Most similar of the attacks that the model knows: {person.attack}{probability}."
    who = record.names_attacks
    own = f" {who} itself takes it for real." if person.predicted == REAL else ""
    return f"Most similar of the attacks that {who} knows: {person.attack}{probability}.{own}"


def _with(approach: str, facts: list[str]) -> str:
    return f"{approach} ({', '.join(facts)})" if facts else approach


def _ratio(record: Record) -> str:
    found = record.likelihood
    if found is None:
        return f"No likelihood ratio: {record.without_likelihood}"
    return (
        f"The likelihood ratio holds for videos like the {found.n_real} real and {found.n_fake} "
        f"fake validation videos of {', '.join(found.databases)}"
    )
