import pytest

import small_bundle
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.enrol.naming import check


@pytest.mark.parametrize("name", ["FaceSwap", "sim_latent", "v2.1+b", "7"])
def test_ordinary_name(name: str) -> None:
    check(name, small_bundle.record())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("a/b", "not a name for an attack"),
        ("../up", "not a name"),
        ("two words", "not a name"),
        ("-x", "not a name"),
        ("né", "not a name"),
        ("line\nbreak", "not a name"),
        ("x" * 65, "not a name"),
        ("Real", "tables use this word"),
        ("fake", "tables use this word"),
        ("Swap", "the bundle knows swap already"),
    ],
)
def test_other_names_are_one_line(name: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as caught:
        check(name, small_bundle.record())
    assert "\n" not in str(caught.value)
