"""What importing the package does."""

import os
import subprocess
import sys

import pytest

CODE = "import os, deepfake_attribution as d; print(os.environ['GOMP_SPINCOUNT'])"


@pytest.mark.parametrize(("outside", "expected"), [(None, "1000"), ("7", "7")])
def test_waiting_of_threads_is_settled_unless_it_is_set_outside(
    outside: str | None, expected: str
) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "GOMP_SPINCOUNT"}
    environment |= {"GOMP_SPINCOUNT": outside} if outside else {}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == expected
