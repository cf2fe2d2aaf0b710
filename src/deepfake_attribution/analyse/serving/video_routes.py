"""How videos come to the server, and how their owners follow them."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from deepfake_attribution.analyse import ratio_words, words
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.analyse.serving import kinds, uploads
from deepfake_attribution.analyse.serving.jobs import Job
from deepfake_attribution.analyse.serving.names import upload_name
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.frames.beginnings import HEAD

NO_FOLDER = "this server has no folder to pick from (--folder)"


def router(parts: Parts) -> APIRouter:
    """Return the addresses of uploads, the queue, the folder, and what becomes of a video."""
    routes = APIRouter()
    jobs = parts.jobs

    def add(job: Job) -> dict[str, Any]:
        try:
            jobs.add(job)
        except RefusedError:
            job.discard()
            raise
        return _state(parts, job)

    @routes.post("/videos", status_code=201)
    async def upload(request: Request, name: str) -> dict[str, Any]:
        name = upload_name(name)
        try:
            kinds.suffix(name)
            with jobs.place(_client(request)):
                uploads.expect(request, name, parts.folder, parts.limits)
                path = await uploads.save(request, name, parts.folder, parts.limits)
                return add(Job(name, path, ours=True, client=_client(request)))
        except RefusedError:
            await uploads.read_rest(request)
            raise

    @routes.get("/queue")
    def queue(request: Request) -> dict[str, int]:
        return {"free": max(0, jobs.free(_client(request)))}

    @routes.get("/folder")
    def names() -> dict[str, list[str]]:
        return {"names": parts.shelf.names() if parts.shelf else []}

    @routes.post("/folder", status_code=201)
    def pick(request: Request, name: str) -> dict[str, Any]:
        if parts.shelf is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, NO_FOLDER)
        path = parts.shelf.find(name)
        kinds.check(name, _head(path, name))
        with jobs.place(_client(request)):
            return add(Job(name, path, ours=False, client=_client(request)))

    @routes.get("/videos/{key}")
    def state(key: str) -> dict[str, Any]:
        return _state(parts, jobs.get(key))

    @routes.delete("/videos/{key}", status_code=204)
    def drop(key: str) -> Response:
        jobs.drop(key)
        return Response(status_code=204)

    return routes


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"{name}: the server cannot read it") from None


def _state(parts: Parts, job: Job) -> dict[str, Any]:
    """Return the state of a job for its owner."""
    left = parts.jobs.left(job)
    return {
        "id": job.key,
        "name": job.name,
        "state": job.state,
        "ahead": parts.jobs.ahead(job),
        "message": _line(job.result) if job.result else job.message,
        "verdict": job.result.verdict if job.result else None,
        "seconds_left": None if left is None else round(left),
    }


def _line(result: VideoResult) -> str:
    """Return the result in one short line."""
    if result.verdict is None:
        return f"no verdict: {words.status(result.status)}"
    ratio = f", log10 LR {ratio_words.log10_lr(result.video)}" if result.video.evidence else ""
    attack = f", {result.video.attack}" if result.video.attack else ""
    return f"{result.verdict}{attack}, {words.score(result.video, result.score_kind)}{ratio}"
