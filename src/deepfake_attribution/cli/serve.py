"""``deepfake-attribution serve``: the page for analysts."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from deepfake_attribution.cli.finite import finite
from deepfake_attribution.core.errors import UserError

NEEDED = ("fastapi", "uvicorn")
UNENCRYPTED = (
    "warning: nothing is encrypted between {where} and its users: who listens to the network sees "
    "the token and the videos"
)
NO_TOKEN = (
    "warning: this server needs no token: anyone whom the proxy at {where} lets through can use it "
    "(--token)"
)


def serve(
    model: Annotated[
        Path | None, typer.Option(help="an exported bundle; else the project in this folder")
    ] = None,
    approach: Annotated[
        str | None,
        typer.Option(help="for verdict and attack; default: the best of each on validation"),
    ] = None,
    host: Annotated[
        str, typer.Option(help="address to listen at; by default only this machine can connect")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port")] = 8000,
    max_mb: Annotated[
        float, typer.Option(min=0.001, callback=finite, help="maximum size of a video")
    ] = 500,
    keep_minutes: Annotated[
        float, typer.Option(min=0.01, callback=finite, help="how long results are kept")
    ] = 60,
    origin: Annotated[
        str, typer.Option(help="public address of a proxy before it, such as https://lab.example")
    ] = "",
    token: Annotated[
        str,
        typer.Option(
            envvar="DEEPFAKE_ATTRIBUTION_TOKEN",
            help="every request needs it; generated if --host is not this machine alone",
        ),
    ] = "",
    folder: Annotated[
        Path | None, typer.Option(help="every user of the page can choose videos from it")
    ] = None,
) -> None:
    """Serve a page for analysing videos: upload videos and look at the results.

    Videos stay on this machine and are removed once they are analysed. Ctrl-C ends the server and
    removes everything.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise UserError(f"serve needs {', '.join(missing)}: pip install {' '.join(NEEDED)}")
    from deepfake_attribution.analyse.analyser import Analyser
    from deepfake_attribution.analyse.approach_words import in_few_words
    from deepfake_attribution.analyse.bundle.finding import find
    from deepfake_attribution.analyse.serving.access import Access, origin_of, token_of
    from deepfake_attribution.analyse.serving.guard import is_loopback
    from deepfake_attribution.analyse.serving.jobs import Jobs
    from deepfake_attribution.analyse.serving.limits import MB, Limits
    from deepfake_attribution.analyse.serving.parts import Parts
    from deepfake_attribution.analyse.serving.running import address, bound, run, tidy_end
    from deepfake_attribution.analyse.serving.shelf import Shelf
    from deepfake_attribution.analyse.workplace import workplace

    access = Access(origin_of(origin) if origin else "", token_of(token, not is_loopback(host)))
    limits = Limits(upload=round(max_mb * MB), keep=60 * keep_minutes)
    shelf = Shelf(folder) if folder else None
    with bound(host, port) as listening, tidy_end(), workplace("serve") as place:
        where = address(listening, host, access)
        if not is_loopback(host) and not origin:
            typer.echo(UNENCRYPTED.format(where=address(listening, host)), err=True)
        if origin and not access.token:
            typer.echo(NO_TOKEN.format(where=access.origin), err=True)
        with Analyser(find(model, approach)) as judge:
            judge.warm()  # before a user waits for it
            who = in_few_words(judge.bundle.record)
            typer.echo(f"{who}: open {where} in a browser; Ctrl-C ends the server")
            if origin:
                typer.echo(f"the proxy must send requests to {address(listening, host)}")
            run(Parts(judge, Jobs(limits), place, limits, shelf), host, listening, access)
