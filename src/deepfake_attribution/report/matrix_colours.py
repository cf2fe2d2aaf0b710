"""The colours of the matrix: one hue, so that they also differ for the colour-blind."""

from collections.abc import Sequence

# From the worst figure to the best; the last stands out most, on a light and on a dark page.
LIGHT = (
    *("#eef2f5", "#d7e8ed", "#c0dde6", "#a9d3de", "#89bfd6"),
    *("#68aacd", "#4596c4", "#2d76a9", "#1c6098", "#0b4a86"),
)
DARK = (
    *("#232a32", "#233647", "#22425d", "#1d4f74", "#23618a"),
    *("#2973a1", "#2f8bbd", "#59a2ca", "#7fbfdb", "#a5dcec"),
)
INKS = ("#0d1117", "#ffffff")


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink(colour: str) -> str:
    """Return the colour of text on ``colour``: that of `INKS` with the higher contrast."""
    return max(INKS, key=lambda text: contrast(text, colour))


def rules() -> str:
    """Return a style for the classes ``shade-N``, light and dark."""
    light, dark = _rules(LIGHT), _rules(DARK)
    return f"{light}@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"


def _rules(colours: Sequence[str]) -> str:
    return "".join(
        f".shade-{step} {{ background: {colour}; color: {ink(colour)}; }}\n"
        for step, colour in enumerate(colours)
    )


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
