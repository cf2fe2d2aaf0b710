"""A video that is being sent: written to a temporary file as it comes, within limits."""

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from deepfake_attribution.analyse.serving import kinds
from deepfake_attribution.analyse.serving.limits import MB, Limits
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.core.errors import FULL
from deepfake_attribution.frames.beginnings import HEAD

BLOCK = 4 * MB  # bytes that are written at a time
PATIENCE = 3.0  # seconds for reading the rest of a refused upload, so that the answer arrives
NO_ROOM = (
    "the disk of the server is too full for this video: make room there, or ask whoever runs it"
)
BODY = "send the file itself as the body, not a form: curl -X POST -T clip.mp4 '...?name=clip.mp4'"


def expect(request: Request, name: str, folder: Path, limits: Limits) -> None:
    """Refuse an upload for what it says of itself, before it is read.

    Raises:
        RefusedError: it is a form, too large, or there is no room for it.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind.startswith("multipart/") or kind == "application/x-www-form-urlencoded":
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, BODY)
    length = request.headers.get("content-length", "0")
    announced = int(length) if length.isdecimal() else 0
    if announced > limits.upload:
        raise _too_large(name, limits)
    _check_room(folder, announced, limits)


async def save(request: Request, name: str, folder: Path, limits: Limits) -> Path:
    """Write the body of a request to a new file of ``folder`` and return its path.

    Whatever happens, no file is left unless it is returned.

    Args:
        request: whose body is the video.
        name: of the video, for messages and its suffix.
        folder: for temporary files.
        limits: how large and how slow it may be.

    Raises:
        RefusedError: it is too large, too slow, empty, not a video, or there is no room for it.
        ClientDisconnect: it was cut off.
    """
    path = folder / (secrets.token_hex(16) + kinds.suffix(name))
    whole = False
    try:
        await _write(request, name, path, limits)
        whole = True
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise RefusedError(HTTPStatus.INSUFFICIENT_STORAGE, NO_ROOM) from None
    finally:
        if not whole:
            path.unlink(missing_ok=True)
    return path


async def read_rest(request: Request) -> None:
    """Read the rest of a refused upload for a while: many clients read the answer only then."""
    if request.headers.get("expect"):
        return  # the client waits before it sends the rest, and gets the refusal instead
    with suppress(ClientDisconnect, TimeoutError, RuntimeError):
        async with asyncio.timeout(PATIENCE):
            async for _ in request.stream():
                pass


async def _write(request: Request, name: str, path: Path, limits: Limits) -> None:
    size, block, head = 0, bytearray(), b""
    with path.open("xb") as file:
        async for chunk in _chunks(request, name, limits):
            size += len(chunk)
            if size > limits.upload:
                raise _too_large(name, limits)
            block += chunk
            if not head and len(block) >= HEAD:
                head = bytes(block[:HEAD])
                kinds.check(name, head)
            if len(block) >= BLOCK:
                _check_room(path.parent, len(block), limits)
                await run_in_threadpool(file.write, bytes(block))
                block.clear()
        kinds.check(name, head or bytes(block))
        _check_room(path.parent, len(block), limits)
        await run_in_threadpool(file.write, bytes(block))


async def _chunks(request: Request, name: str, limits: Limits) -> AsyncIterator[bytes]:
    """Yield the body as it comes; raises as `save`."""
    stream = aiter(request.stream())
    begun = time.monotonic()
    last, end, received = begun + limits.whole, begun + limits.stall, 0
    try:
        while True:
            async with asyncio.timeout(min(end, last) - time.monotonic()):
                chunk = await anext(stream)
            received += len(chunk)
            yield chunk
            if received >= limits.slowest * limits.stall:  # fast enough: the next period begins
                end, received = time.monotonic() + limits.stall, 0
    except StopAsyncIteration:
        return
    except TimeoutError:
        message = (
            f"{name}: it came too slowly (less than {limits.slowest / 1000:g} kB per second, or "
            f"more than {limits.whole / 60:g} minutes) and was given up: send it again"
        )
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, message) from None


def _too_large(name: str, limits: Limits) -> RefusedError:
    message = f"{name}: larger than {limits.upload / MB:g} MB, the most that is taken (--max-mb)"
    return RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def _check_room(folder: Path, coming: int, limits: Limits) -> None:
    if shutil.disk_usage(folder).free - coming < limits.reserve:
        raise RefusedError(HTTPStatus.INSUFFICIENT_STORAGE, NO_ROOM)
