import pytest

from deepfake_attribution import errors


def test_user_error_becomes_one_line_and_exit_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise errors.UserError("a.csv:  two\nlines")

    with pytest.raises(SystemExit) as stop:
        errors.run(main)
    assert stop.value.code == "error: a.csv: two lines"  # Python prints it and exits with 1
    assert capsys.readouterr().out == ""


def test_a_programming_error_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        errors.run(lambda: print(1 / 0))


def test_success_passes_through() -> None:
    done: list[int] = []
    errors.run(lambda: done.append(1))
    assert done == [1]
