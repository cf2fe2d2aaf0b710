"""What `deepfake-attribution serve` says before it serves."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deepfake_attribution.analyse.serving import running
from deepfake_attribution.analyse.serving.running import bound
from deepfake_attribution.cli.main import app


def line(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["serve", *arguments])
    assert result.exit_code == 1, result.output
    return result.output.strip().splitlines()[-1]


def test_port_in_use_is_told_before_the_model_is_read() -> None:
    with bound("127.0.0.1", 0) as other:
        port = str(other.getsockname()[1])
        assert line("--port", port, "--model", "nothing") == (
            f"error: port {port} of 127.0.0.1 is in use: end what uses it, or take another with "
            "--port"
        )


def test_extra_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "uvicorn" else found(name)
    )
    assert line() == "error: serve needs uvicorn: pip install fastapi uvicorn"


def test_folder_or_model_that_is_not_there(tmp_path: Path) -> None:
    assert line("--folder", str(tmp_path / "no")).endswith("no: no such folder")
    assert "--model: nothing: no such folder" in line("--port", "0", "--model", "nothing")


@pytest.mark.parametrize("host", ["..", f"{70 * 'n'}.example"])
def test_host_that_is_no_name(host: str) -> None:
    assert line("--port", "0", "--host", host) == f"error: --host: {host}: there is no such address"


@pytest.mark.parametrize("value", ["inf", "1e20", "0", "nan"])
@pytest.mark.parametrize("option", ["--max-mb", "--keep-minutes"])
def test_limits_are_finite_and_above_0(option: str, value: str) -> None:
    result = CliRunner().invoke(app, ["serve", f"{option}={value}"])
    assert result.exit_code == 2, result.output


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_host_that_others_reach_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, host: str, warned: bool
) -> None:
    served: list[Any] = []
    monkeypatch.setattr(running, "run", lambda *arguments: served.append(arguments))
    monkeypatch.setattr("deepfake_attribution.analyse.bundle.finding.find", lambda *_: Model())
    monkeypatch.setattr("deepfake_attribution.analyse.analyser.Analyser", Judge)
    arguments = ["serve", "--port", "0", "--host", host, "--max-mb", "2", "--keep-minutes", "3"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert ("warning: nothing is encrypted" in result.output) == warned
    assert f"open http://{host}:" in result.output
    ((parts, asked, _, access),) = served
    assert bool(access.token) == warned == (f"/?token={access.token} in" in result.output)
    assert asked == host and not parts.folder.exists()  # the temporary folder is gone
    assert (parts.limits.upload, parts.limits.keep) == (2_000_000, 180)


@pytest.mark.parametrize(
    ("token", "warned"), [([], True), (["--token", "0123456789abcdef"], False)]
)
def test_proxy_before_it(monkeypatch: pytest.MonkeyPatch, token: list[str], warned: bool) -> None:
    served: list[Any] = []
    monkeypatch.setattr(running, "run", lambda *arguments: served.append(arguments))
    monkeypatch.setattr("deepfake_attribution.analyse.bundle.finding.find", lambda *_: Model())
    monkeypatch.setattr("deepfake_attribution.analyse.analyser.Analyser", Judge)
    arguments = ["serve", "--port", "0", "--origin", "https://Lab.example/", *token]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert ("needs no token" in result.output) == warned
    end = "?token=0123456789abcdef" if token else ""
    assert f"open https://lab.example/{end} in a browser" in result.output
    assert "the proxy must send requests to http://127.0.0.1:" in result.output
    assert served[0][3].origin == "https://lab.example"


class Model:
    """A bundle's name."""

    approach = names_attacks = "Attribution"


class Judge:
    """An analyser of no use."""

    def __init__(self, model: Model) -> None:
        self.bundle = self
        self.record = model

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def warm(self) -> None:
        pass
