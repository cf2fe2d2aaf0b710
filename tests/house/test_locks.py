"""Lock files pin every package by version and hash, and name no address."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_package_has_a_version_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and " @ " not in text
    packages = re.split(r"\n(?=\S)", text.strip())
    assert packages
    for package in packages:
        first, *hashes = package.split(" \\\n    ")
        assert re.match(r"[a-z0-9.-]+==\S+( ; .+)?$", first), first
        assert hashes and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes)


def test_every_installation_of_a_lock_requires_hashes() -> None:
    lines = [line for line in (ROOT / "Makefile").read_text().splitlines() if " -r " in line]
    assert len(lines) == len(LOCKS)
    assert all("--require-hashes -r requirements" in line for line in lines)
