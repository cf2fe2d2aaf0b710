"""An installed Chromium that tests open pages from disk in: headless, and without a network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# WebGL without a graphics card. Everything else is put together by the processor: a page opens for
# 3 CPU seconds instead of 5.
ARGUMENTS = ["--enable-unsafe-swiftshader", "--disable-gpu-compositing"]
NO_WEBGL = """const context = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.includes("webgl") ? null : context.call(this, kind, ...rest);
};"""
PATIENCE = 150_000  # ms: without a graphics card, on cores that others use, too
DESKTOP, PHONE = (1280, 900), (390, 844)


@contextmanager
def started() -> Iterator[Any]:
    """Give a running Chromium (a playwright ``Browser``); skip the test where there is none.

    Playwright keeps an event loop in the thread while it runs: end it before other tests begin.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with playwright.sync_playwright() as driver:
        sandbox = os.geteuid() != 0  # in a container root may not have one
        running = driver.chromium.launch(
            executable_path=path, args=ARGUMENTS, chromium_sandbox=sandbox
        )
        try:
            yield running
        finally:
            running.close()


@contextmanager
def opened(
    browser: Any,
    path: Path,
    *,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    touch: bool = False,
    script: bool = True,
    webgl: bool = True,
    fragment: str = "",
) -> Iterator[Any]:
    """Give ``path`` opened from disk (a playwright ``Page``), and hold it to what pages promise.

    When the body is through, nothing may have been written to the console as an error, no
    exception may be uncaught, and no address may have been asked for that is not on the disk.

    Args:
        browser: from `started`.
        path: of the page.
        size: width and height of the window in pixels.
        dark: the reader's system is set to dark.
        touch: a finger instead of a mouse.
        script: whether JavaScript runs.
        webgl: whether the browser offers it.
        fragment: what stands behind the address, ``#`` included.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        is_mobile=touch,
        java_script_enabled=script,
        offline=True,
    )
    wrong: list[str] = []
    try:
        context.set_default_timeout(PATIENCE)
        if not webgl:
            context.add_init_script(NO_WEBGL)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: _note_address(request.url, wrong))
        page.on("requestfailed", lambda request: wrong.append(f"not loaded: {request.url}"))
        page.goto(path.resolve().as_uri() + fragment)
        yield page
        assert not wrong, wrong
    finally:
        context.close()


def scrolls_sideways(page: Any) -> bool:
    """Return whether the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def _note_address(address: str, wrong: list[str]) -> None:
    if not address.startswith(("file:", "data:", "blob:")):
        wrong.append(f"asks the network for {address}")
