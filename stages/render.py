"""Draw one of the demo's databases: ``python stages/render.py <database>``."""

import sys

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError, run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Seed
from deepfake_attribution.render import instructions
from deepfake_attribution.render.settings import Rendered


def main() -> None:
    """Render the database that the command line names."""
    if len(sys.argv) != 2:
        raise UserError("which database? usage: python stages/render.py <database>")
    name, databases = sys.argv[1], load(Rendered).root
    if name not in databases:
        known = ", ".join(databases) or "none"
        raise UserError(f"'{name}' is not in section 'rendered' of params.yaml (there: {known})")
    work, workers = paths.WORK / "render" / name, load(Compute).workers
    seed = load(Seed).root
    if line := instructions.limit():
        print(f"{name}: {line}", file=sys.stderr)
    from deepfake_attribution.render.database import render_database  # loads what is limited

    render_database(name, databases[name], seed, paths.videos(name), workers, work)


if __name__ == "__main__":
    run(main)
