"""Write params.yaml, with its comments kept."""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from deepfake_attribution.core.params import read


class WithNull(RoundTripRepresenter):
    """Writes null as a word; ruamel's own way leaves the place after the key empty."""

    def represent_none(self, data: None) -> ScalarNode:
        """Return null."""
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


WithNull.add_representer(type(None), WithNull.represent_none)


def write(settings: Mapping[str, Any], path: Path) -> list[str]:
    """Write ``settings`` into the file at ``path``; its comments stay. Return what changed.

    Each section is rewritten separately, so that a comment before the next one is not lost with
    the lines above it.
    """
    if path.exists():
        read(path)  # reports invalid YAML with the file's own line numbers
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    chunks = _chunks(text)
    changed: list[str] = []
    written: list[str] = []
    for name, chunk in chunks.items():
        if name in settings or not name:
            written.append(_rewritten(chunk, name, settings, changed))
        else:
            changed.append(name)
    for name in settings:
        if name not in chunks:
            written.append(_rewritten("", name, settings, changed))
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text("".join(written), encoding="utf-8")
    temporary.replace(path)
    return changed


def _chunks(text: str) -> dict[str, str]:
    """Return the text of each top-level key with the comments before it; '' is what is above."""
    chunks: dict[str, str] = {}
    waiting, name = "", ""
    for line in text.splitlines(keepends=True):
        key = re.match(r"([A-Za-z_]\w*):", line)
        if key:
            name = key.group(1)
            chunks[name], waiting = waiting + line, ""
        elif (line.lstrip().startswith("#") and not line[0].isspace()) or not line.strip():
            waiting += line
        else:
            chunks[name] = chunks.get(name, "") + waiting + line
            waiting = ""
    return chunks | {name: chunks.get(name, "") + waiting} if waiting else chunks


def _rewritten(chunk: str, name: str, settings: Mapping[str, Any], changed: list[str]) -> str:
    if not name:
        return chunk
    yaml = YAML()
    yaml.width = 100
    yaml.Representer = WithNull
    body = re.search(rf"^{name}:.*", chunk, re.MULTILINE | re.DOTALL)
    tree = yaml.load(body.group()) if body else {}
    before = len(changed)
    if name in tree and isinstance(tree[name], dict) and isinstance(settings[name], dict):
        _update(tree[name], settings[name], name, changed)
    elif name not in tree or tree[name] != settings[name]:
        tree[name] = settings[name]
        changed.append(name)
    if len(changed) == before:
        return chunk  # unchanged
    stream = StringIO()
    yaml.dump(tree, stream)
    # The text above the key is kept unchanged: a dump would drop its blank lines.
    return (chunk[: body.start()] if body else "") + stream.getvalue()


def _update(tree: Any, wanted: Mapping[str, Any], where: str, changed: list[str]) -> None:
    """Make the mapping ``tree`` equal ``wanted``, touching only what differs."""
    for key in [key for key in tree if key not in wanted]:
        del tree[key]
        changed.append(f"{where}.{key}")
    for key, value in wanted.items():
        if key in tree and isinstance(tree[key], dict) and isinstance(value, dict) and value:
            _update(tree[key], value, f"{where}.{key}", changed)
        elif key not in tree or tree[key] != value:
            tree[key] = value
            changed.append(f"{where}.{key}")
