"""DVC's dvc.lock, read and written by ruamel's C code in warm processes.

After each stage DVC reads the whole file and writes it again, with code in Python that keeps
comments. For the stages of the smallest profile that takes a second, most of what DVC itself needs
for a stage. There are no comments in it, and what is read from it is the same.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TextIO

from dvc import dvcfile
from dvc.utils.serialize._common import _modify_data
from dvc.utils.serialize._yaml import modify_yaml, parse_yaml
from ruamel.yaml import YAML


def install() -> None:
    """Let DVC in this process write its lock file this way; dvc.yaml keeps its comments."""
    dvcfile.modify_yaml = modified


@contextmanager
def modified(path: str, fs: Any = None) -> Iterator[Any]:
    """Give the content of a file of DVC's, and write what it has become."""
    with _way(path, fs) as content:
        yield content


def _way(path: str, fs: Any) -> AbstractContextManager[Any]:
    if Path(path).name == "dvc.lock":
        return _modify_data(path, parse_yaml, dump, fs=fs)
    return modify_yaml(path, fs=fs)


def dump(content: Any, stream: TextIO) -> None:
    """Write ``content`` to ``stream`` in the order of its keys."""
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.representer.add_representer(
        OrderedDict, lambda writer, mapping: writer.represent_dict(mapping.items())
    )
    yaml.dump(content, stream)
