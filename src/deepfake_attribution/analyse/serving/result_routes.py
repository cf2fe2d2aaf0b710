"""What was said of a video: for the page, and to keep."""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response

from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.analyse.pages.pages import Pages
from deepfake_attribution.analyse.results import PersonResult, VideoResult
from deepfake_attribution.analyse.serving.names import attachment
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.serving.refusals import RefusedError

# A report is a page of its own; opened in the browser it may load and run nothing.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
NOT_READY = "this video is not judged yet"
NO_CROP = "there is no such crop"
PNG = b"\x89PNG"


def router(parts: Parts) -> APIRouter:
    """Return the addresses of results, their crops, and reports."""
    routes = APIRouter()
    bundle = parts.judge.bundle

    @cache
    def pages() -> Pages:
        return Pages(bundle)

    def result(key: str) -> VideoResult:
        job = parts.jobs.get(key)
        if job.result is None:
            raise RefusedError(HTTPStatus.CONFLICT, job.said or NOT_READY)
        return job.result

    @routes.get("/videos/{key}/result")
    def page(key: str) -> dict[str, Any]:
        found = result(key)
        return found.plain() | {
            "told": _told(found.video, bundle.record),
            "told_people": [_told(person, bundle.record) for person in found.people],
            "crops": [frame.crop is not None for frame in found.frames],
        }

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
        return Response(pages().video(found), headers=headers, media_type="text/html")

    @routes.get("/videos/{key}/report.json")
    def plain(key: str) -> Response:
        found = result(key)
        text = json.dumps(found.plain(), indent=2, ensure_ascii=False)
        headers = {"Content-Disposition": attachment(found.path, ".json")}
        return Response(text + "\n", headers=headers, media_type="application/json")

    return routes


def _told(said: PersonResult, record: Record) -> dict[str, Any]:
    """Return what is said of a person in words."""
    return {
        "verdict": words.verdict(said, record),
        "unlike": words.unlike(said),
        "strange": words.is_strange(said),
    }
