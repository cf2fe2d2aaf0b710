"""Warm processes look like new ones to the scripts that they run and to those who start them."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

import deadly_changes
import warm_python

pytestmark = pytest.mark.slow  # everything is imported once

SCRIPT = """
import os, sys
from pathlib import Path
assert __name__ == "__main__" and "torch" in sys.modules
print(sys.argv[1], Path.cwd(), os.environ.get("ONE"), "OTHER" in os.environ, sys.stdin.read())
print("complaint", file=sys.stderr)
assert sys.path[0] == str(Path(__file__).parent)
{end}
"""


@pytest.fixture
def python() -> Path:
    return warm_python.folder() / "python"


def run(python: Path, folder: Path, end: str) -> subprocess.CompletedProcess[str]:
    script = folder / "script.py"
    script.write_text(SCRIPT.format(end=end))
    return subprocess.run(
        [python, script, "word"],
        cwd=folder,
        env={"ONE": "1"},
        input="typed",
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("end", "code", "told"),
    [
        ("", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit('error: a line')", 1, "error: a line\n"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
    ],
)
def test_script_has_its_own_surroundings_and_end(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, code: int, told: str
) -> None:
    monkeypatch.setenv("OTHER", "of the test")
    done = run(python, tmp_path, f"sys.stdout.flush(); {end}")
    assert done.returncode == code
    assert done.stdout == f"word {tmp_path} 1 False typed\n"
    assert done.stderr == f"complaint\n{told}"


def test_exception_is_a_traceback(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, "1 / 0")
    assert done.returncode == 1 and done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_pool_of_processes_does_not_keep_it(python: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "from joblib import Parallel, delayed\n"
        "import os\n"
        "print(len({*Parallel(n_jobs=2)(delayed(os.getppid)() for _ in range(4))}))\n"
    )
    done = subprocess.run(
        [python, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_what_is_no_script_is_left_to_python(python: Path) -> None:
    code = "import sys; print('torch' in sys.modules)"
    assert subprocess.run([python, "-c", code], capture_output=True).stdout == b"False\n"


def test_it_ends_with_the_one_that_asked(python: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    )
    asked = subprocess.Popen([python, "script.py"], cwd=tmp_path, stdout=subprocess.PIPE)
    assert asked.stdout
    number = int(asked.stdout.readline())
    asked.kill()
    until = time.monotonic() + 30
    while Path(f"/proc/{number}").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    asked.communicate()


def test_it_dies_once_of_each_kind_of_change(python: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import os\n"
        "from pathlib import Path\n"
        "Path('a.tmp').write_text('content')\n"
        "Path('a.tmp').replace('a')\n"
        "Path('.work').mkdir(exist_ok=True)\n"
        "for name in ('b00', 'b01', 'b02'):\n"
        "    file = os.open(f'.work/{name}', os.O_WRONLY | os.O_CREAT)\n"
        "    os.write(file, b'content')\n"
    )
    folder, died, left, code = tmp_path / "work", tmp_path / "died.txt", [], -signal.SIGKILL
    folder.mkdir()
    variables = os.environ | deadly_changes.variables(died)
    while code == -signal.SIGKILL:
        code = subprocess.run(
            [python, tmp_path / "script.py"], cwd=folder, env=variables, check=False
        ).returncode
        left.append(
            {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        )
    assert code == 0
    assert died.read_text().splitlines() == [
        *("os.rename .", "write .work first", "write .work later"),
    ]
    first = {"a": 7, "b00": 7}
    assert left == [
        *({"a.tmp": 7}, {"a": 7, "b00": 3}, first | {"b01": 3}, first | {"b01": 7, "b02": 7}),
    ]
