from deepfake_attribution.core.listed import first_lines, some


def test_first_names_are_listed_and_the_rest_is_counted() -> None:
    assert some([]) == ""
    assert some(["a", "b", "c"]) == "a, b, c"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert some(["a", "b"], 1) == "a and 1 more"


def test_first_lines_are_kept_and_the_rest_is_counted() -> None:
    assert first_lines(["a", "b"], 2) == ["a", "b"]
    assert first_lines(["a", "b", "c"], 2) == ["a", "b", "and 1 more"]
