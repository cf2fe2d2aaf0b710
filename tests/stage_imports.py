"""Which modules of this repository a script imports, directly or through others."""

import ast
from pathlib import Path

PACKAGE = "deepfake_attribution"


def imported(script: Path, source: Path, depth: int | None = None) -> set[Path]:
    """Return the files below ``source`` that ``script`` and its imports import.

    Imports inside functions count. Packages' own files are left out: they hold a docstring only
    (test_package_layout checks that).

    Args:
        script: a file.
        source: the folder that holds the package.
        depth: how many steps from ``script``; any number if not given.
    """
    found: set[Path] = set()
    todo = [(script, 0)]
    while todo:
        module, steps = todo.pop(0)
        if steps == depth:
            continue
        for name in _names(module):
            path = source.joinpath(*name.split(".")).with_suffix(".py")
            if path.is_file() and path not in found:
                found.add(path)
                todo.append((path, steps + 1))
    return found


def _names(path: Path) -> set[str]:
    """Return the dotted names of everything in the package that ``path`` may import."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # `from package import module` names the module in the second place
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == PACKAGE}
