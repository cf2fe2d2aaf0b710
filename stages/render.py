"""Draw one of the demo's databases: ``python stages/render.py <database>``."""

import sys

from deepfake_attribution import paths
from deepfake_attribution.errors import UserError, run
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.load import load
from deepfake_attribution.params.rendered import Rendered
from deepfake_attribution.params.seed import Seed
from deepfake_attribution.rendering.database import render_database


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
    render_database(name, databases[name], seed, paths.videos(name), workers, work)


if __name__ == "__main__":
    run(main)
