"""``deepfake-attribution tidy``: removes what datasets and heads left that are no longer named."""

from typing import Annotated

import typer
from rich.console import Console


def tidy(
    dry: Annotated[bool, typer.Option("--dry", help="list them, remove nothing")] = False,
) -> None:
    """Remove the outputs of datasets and heads that params.yaml no longer names.

    No result uses them, but later stages depend on their folders and run again because of them.
    Only files that DVC recorded are removed. Those that are in DVC's cache or in git come back when
    the dataset or head is named again.
    """
    from deepfake_attribution.analyse.amounts import counted
    from deepfake_attribution.cli.leftovers import leftovers, remove

    found = leftovers()
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for path, stage in found.items():
        console.print(f"  {path} ({stage})")
    if not dry:
        remove(list(found))
    what = "would be removed" if dry else "removed"
    console.print(f"{counted(len(found), 'output')} {what}" if found else "nothing is left over")
