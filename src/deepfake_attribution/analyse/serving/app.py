"""The server as one application: its addresses, its guard, its workers."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from deepfake_attribution.analyse.pages import pages as report_pages
from deepfake_attribution.analyse.serving import result_routes, video_routes
from deepfake_attribution.analyse.serving.access import Access
from deepfake_attribution.analyse.serving.guard import Guard
from deepfake_attribution.analyse.serving.pages import ServedPages
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.analyse.serving.workers import Workers

STATIC = Path(__file__).parent / "static"
WRONG = "something went wrong in the server; the error is in its terminal"
PATIENCE = 0.5  # seconds for a video that is being judged when the server ends

log = logging.getLogger(__name__)


def create(parts: Parts, host: str, access: Access | None = None) -> ASGIApp:
    """Return the server as an ASGI application.

    Args:
        parts: what it consists of.
        host: that it will listen at.
        access: how it is reached from elsewhere; None: it is not.
    """

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        workers = Workers(parts.jobs, parts.judge, parts.limits)
        workers.start()
        try:
            yield
        finally:
            workers.stop(PATIENCE)

    # The framework's own pages about the addresses would load scripts from elsewhere.
    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    pages = ServedPages(parts)
    app.include_router(video_routes.router(parts), prefix="/api")
    app.include_router(result_routes.router(parts, pages), prefix="/api")

    @app.get("/")
    def start() -> HTMLResponse:
        return HTMLResponse(pages.start())

    @app.get("/report.css")
    def style() -> Response:
        return Response(report_pages.style(), media_type="text/css")

    @app.get("/report.js")
    def scripts() -> Response:
        return Response(report_pages.scripts(), media_type="text/javascript")

    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(ClientDisconnect, _cut_off)
    app.add_exception_handler(Exception, _wrong)
    return Guard(app, host, access or Access())


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    later = {"Retry-After": "5"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse({"error": error.message}, error.status, later)


def _of_framework(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = HTTPStatus(error.status_code).phrase.lower()
    return JSONResponse({"error": message}, error.status_code, error.headers)


def _not_understood(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": "the address lacks a part, such as ?name=clip.mp4"}, 422)


def _cut_off(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": "the upload was cut off"}, HTTPStatus.BAD_REQUEST)


def _wrong(_: Request, error: Exception) -> Response:
    # The framework hands the error on to the server's log, with its traceback.
    return JSONResponse({"error": WRONG}, HTTPStatus.INTERNAL_SERVER_ERROR)
