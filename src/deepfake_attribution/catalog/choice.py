"""Settings that are a list of known names, each at most once."""

from collections.abc import Callable, Sequence

from deepfake_attribution.core.params import meant


def among(known: Sequence[str], whose: str) -> Callable[[list[str]], list[str]]:
    """Return a validator for pydantic that accepts lists of different names from ``known``.

    Args:
        known: the names that there are.
        whose: what they are, for the message: "FaceForensics++'s attacks".
    """

    def check(names: list[str]) -> list[str]:
        for name in names:
            if name not in known:
                near = meant(name, known)
                between = f"{near} There are" if near else ":"
                raise ValueError(f"'{name}' is none of {whose}{between} {', '.join(known)}")
            if names.count(name) > 1:
                raise ValueError(f"'{name}' is named twice")
        return names

    return check
