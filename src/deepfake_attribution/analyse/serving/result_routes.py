"""The result of a video: for the page, and to keep."""

import json
from http import HTTPStatus

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from deepfake_attribution.analyse.examination import writing
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.analyse.serving.names import attachment
from deepfake_attribution.analyse.serving.pages import ServedPages
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.serving.refusals import RefusedError

# A report is a page of its own; opened in the browser it may load and run nothing.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
NOT_READY = "this video is not judged yet"
NO_CROP = "there is no such crop"
PNG = b"\x89PNG"


def router(parts: Parts, pages: ServedPages) -> APIRouter:
    """Return the addresses of results, their crops, and reports."""
    routes = APIRouter()

    def result(key: str) -> VideoResult:
        job = parts.jobs.get(key)
        if job.result is None:
            raise RefusedError(HTTPStatus.CONFLICT, job.message or NOT_READY)
        return job.result

    def document(found: VideoResult, suffix: str, kind: str) -> Response:
        headers = {
            "Content-Security-Policy": REPORT_POLICY,
            "Content-Disposition": attachment(found.path, f".examination{suffix}"),
        }
        content = pages.document(found, suffix)
        return Response(content, headers=headers, media_type=kind)

    @routes.get("/videos/{key}/result.html")
    def part(key: str) -> HTMLResponse:
        return HTMLResponse(pages.result(parts.jobs.get(key), result(key)))

    @routes.get("/videos/{key}/crops/{number}")
    def crop(key: str, number: int) -> Response:
        frames = result(key).frames
        content = frames[number].crop if 0 <= number < len(frames) else None
        if content is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, NO_CROP)
        return Response(content, media_type="image/png" if content[:4] == PNG else "image/jpeg")

    @routes.get("/videos/{key}/report.html")
    def report(key: str) -> Response:
        found = result(key)
        headers = {
            "Content-Security-Policy": REPORT_POLICY,
            "Content-Disposition": attachment(found.path, ".report.html"),
        }
        return Response(pages.report(found), headers=headers, media_type="text/html")

    @routes.get("/videos/{key}/examination.pdf")
    def pdf(key: str) -> Response:
        return document(result(key), writing.PDF, "application/pdf")

    @routes.get("/videos/{key}/examination.html")
    def pages_of_document(key: str) -> Response:
        return document(result(key), writing.HTML, "text/html")

    @routes.get("/videos/{key}/examination.json")
    def content_of_document(key: str) -> Response:
        return document(result(key), writing.JSON, "application/json")

    @routes.get("/videos/{key}/report.json")
    def plain(key: str) -> Response:
        found = result(key)
        text = json.dumps(found.plain(), indent=2, ensure_ascii=False)
        headers = {"Content-Disposition": attachment(found.path, ".json")}
        return Response(text + "\n", headers=headers, media_type="application/json")

    return routes
