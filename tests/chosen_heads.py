"""A params.yaml that names the four heads, for tests that need no other section."""

from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]


def write_heads() -> None:
    """Write the section ``heads`` of the repository's params.yaml to the current folder."""
    yaml = YAML()
    yaml.dump({"heads": yaml.load(ROOT / "params.yaml")["heads"]}, Path("params.yaml"))
