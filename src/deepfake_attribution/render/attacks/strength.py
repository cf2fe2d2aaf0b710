"""From faint to plain: what the strength of an attack changes."""


def between(faint: float, plain: float, strength: float) -> float:
    """Return the value at ``strength`` on the way from ``faint`` (0) to ``plain`` (1)."""
    return faint + strength * (plain - faint)
