"""Which stage writes a path: from the dvc.yaml files above it, wherever the command runs."""

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path
from typing import Any, NamedTuple

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read

PIPELINE = "dvc.yaml"
TEMPLATE = re.compile(r"\$\{[^}]*\}")  # a name that DVC fills in


class Writer(NamedTuple):
    """A stage that writes a path.

    Attributes:
        stage: its name; without the part after @.
        project: the folder of its dvc.yaml.
        inside: whether the stage writes only something below the path.
    """

    stage: str
    project: Path
    inside: bool


def writer(path: Path) -> Writer | None:
    """Return the stage that writes ``path``, a folder above it or something in it; None: none."""
    named = Path(os.path.normpath(path.absolute()))  # a link leads out of the project, or into one
    for place in dict.fromkeys((named, named.resolve())):
        for project in place.parents:
            inside = place.relative_to(project).as_posix()
            for stage, out in _outputs(project / PIPELINE):
                own = TEMPLATE.sub("*", escape(out))
                if fnmatchcase(inside, own) or fnmatchcase(inside, f"{own}/*"):
                    return Writer(stage, project, False)
                if out.startswith(f"{inside}/"):
                    return Writer(stage, project, True)
    return None


def _outputs(pipeline: Path) -> Iterator[tuple[str, str]]:
    """Yield each output of a dvc.yaml with its stage; nothing where it cannot be read."""
    if not pipeline.is_file():
        return
    try:
        stages = read(pipeline).get("stages")
    except (UserError, OSError):  # DVC says what is wrong with it
        return
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        body: Any = stage.get("do", stage) if isinstance(stage, dict) else {}
        for out in body.get("outs") or ():
            for path in out if isinstance(out, dict) else (out,):
                yield str(name), os.path.normpath(str(path))
