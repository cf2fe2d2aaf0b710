"""How an approach looks in pictures: `plots.look` for matplotlib."""

from typing import Any

from deepfake_attribution.figures import style
from deepfake_attribution.heads import registry

DASHES = {"NN": "-", "LR": "--", "SVM": ":", "": "-"}
MARKERS = {"NN": "o", "LR": "s", "SVM": "^", "": "D"}


def look(approach: str) -> dict[str, Any]:
    """Return the head's colour, and the classifier's dashes and marker."""
    head, _, classifier = approach.partition("-")
    named = {registry.about(name).title: name for name in registry.names()}
    colour = registry.about(named[head]).colours[0] if head in named else style.INK
    kind = {"linestyle": DASHES.get(classifier, "-"), "marker": MARKERS.get(classifier, "D")}
    return {"color": colour, **kind}
