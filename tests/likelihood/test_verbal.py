from math import log10

import pytest

from deepfake_attribution.likelihood import verbal


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1, verbal.NEITHER),
        (1.99, verbal.NEITHER),
        (0.51, verbal.NEITHER),
        (2, "weak support for real rather than fake"),
        (0.5, "weak support for fake rather than real"),
        (10, "moderate support for real rather than fake"),
        (1 / 100, "moderately strong support for fake rather than real"),
        (1000, "strong support for real rather than fake"),
        (10_000, "very strong support for real rather than fake"),
        (1e-6, "extremely strong support for fake rather than real"),
    ],
)
def test_words_follow_the_scale_for_either_side(ratio: float, expected: str) -> None:
    assert verbal.words(log10(ratio)) == expected
