"""The page in a real browser, with real uploads to a real server; the judge is a fake."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fake_judge
import pytest
import uvicorn
from fake_judge import HOST, MP4, TELLTALE, Server

from browser import DESKTOP, PHONE, scrolls_sideways
from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.serving.limits import Limits
from deepfake_attribution.analyse.serving.running import address, bound

pytestmark = pytest.mark.slow
PATIENCE = 60_000  # ms
LOADED = "[...document.querySelectorAll('.strip img')].every((face) => face.naturalWidth === 32)"


@dataclass
class Served:
    """A fake server that listens."""

    server: Server
    address: str


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    shelf, temporary = tmp_path / "shelf", tmp_path / "temporary"
    (shelf / "below").mkdir(parents=True)
    temporary.mkdir()
    for name in ("a.mp4", "below/b.mp4"):
        (shelf / name).write_bytes(MP4)
    server = fake_judge.server(temporary, Limits(reserve=0, upload=3_000_000), shelf)
    with bound(HOST, 0) as listening:
        config = uvicorn.Config(server.app, log_level="warning", timeout_graceful_shutdown=1)
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Served(server, address(listening, HOST))
        running.should_exit = True
        server.judge.may.set()
        thread.join(20)


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    made = [tmp_path / name for name in ("one.mp4", "two.mp4", f"{TELLTALE}.mp4")]
    for path in made:
        path.write_bytes(MP4 + bytes(2_000_000))
    return made


@contextmanager
def visited(
    chromium: Any,
    served: Served,
    *,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    errors: int = 0,
) -> Iterator[Any]:
    """Give the page, and hold it to asking nobody else and running into no mistake.

    Args:
        chromium: a browser.
        served: the server.
        size: of the window.
        dark: the reader's system is set to dark.
        errors: refusals by the server that the test brings about (the console lists each).
    """
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
    )
    wrong: list[str] = []
    try:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.extend([str(error)] * 99))
        page.on("dialog", lambda dialog: wrong.extend([dialog.message] * 99))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(served.address) else wrong.append(asked.url),
        )
        page.goto(served.address)
        page.locator("#main").wait_for()
        yield page
        assert len(wrong) == errors, wrong
    finally:
        context.close()


def send(page: Any, *paths: Path) -> None:
    page.locator("#files").set_input_files([str(path) for path in paths])


def row(page: Any, name: str) -> Any:
    return page.locator("#videos li").filter(has=page.get_by_text(name, exact=True))


def until(page: Any, script: str) -> None:
    """Wait until ``script`` is true; playwright's own way is forbidden by the page's policy."""
    for _ in range(600):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(script)


def holds(served: Served, files: int) -> bool:
    """Return whether the server comes to hold as many uploaded files within ten seconds."""
    for _ in range(200):
        if len(list(served.server.folder.iterdir())) == files:
            return True
        time.sleep(0.05)
    return False


def test_upload_is_followed_to_its_result(chromium: Any, served: Served, clips: list[Path]) -> None:
    with visited(chromium, served) as page:
        send(page, *clips[:2])
        row(page, "one.mp4").get_by_text("reading").wait_for()
        row(page, "two.mp4").get_by_text("next in the queue").wait_for()
        live = page.locator("[aria-live=polite]")
        assert "next in the queue" in live.inner_text() or "reading" in live.inner_text()
        row(page, "one.mp4").locator(".choose").click()
        served.server.judge.may.set()
        assert "not trained on may pass as real" in page.locator("#result").inner_text()
        for name in ("one.mp4", "two.mp4"):
            row(page, name).get_by_text("fake, swap, P(real) 0.200").wait_for()
        until(page, "document.querySelector('#live').textContent.includes('fake, swap, P(real)')")
        result = page.get_by_role("region", name="Result")
        result.locator(".verdict").wait_for()
        assert result.locator("h2:visible").inner_text() == "one.mp4"  # it stays
        assert result.locator(".badge").inner_text() == "▲ fake"
        text = result.inner_text()
        for said in (
            "Called fake: P(real) 0.200 over 3",
            "threshold 0.500",
            "0.100 to 0.300",
            "3 of 4",
        ):
            assert said in text
        assert words.unlike(fake_judge.result("one.mp4").video) in text
        assert "1. swap" in text and TELLTALE in text  # the nearest known videos
        assert result.locator(".bars tr").all_inner_texts()[2].split() == ["swap", "70", "%"]
        assert result.locator(".dot").count() == 3 and "no face" in text
        faces = [face.evaluate("(face) => face.src") for face in result.locator(".strip img").all()]
        assert len(faces) == 3 and all(face.startswith(served.address) for face in faces)
        until(page, LOADED)
        assert result.locator("svg.map-points marker").count() == 3
        assert result.locator("svg.map-points .star").count() == 1
        assert result.locator(".copy").count() == 2  # nearest videos, frames without a face
        result.locator(".copy > summary").first.click()
        assert result.locator(".copy button:visible").all_inner_texts() == [
            *("CSV", "Markdown", "LaTeX")
        ]
        assert holds(served, 0)


def test_words_of_files_stay_words(chromium: Any, served: Served, clips: list[Path]) -> None:
    served.server.judge.may.set()
    with visited(chromium, served) as page:
        send(page, clips[2])
        page.locator(".verdict").wait_for()
        result = page.locator("#result")
        assert result.locator("h2:visible").inner_text() == clips[2].name
        assert TELLTALE in result.inner_text()
        assert page.locator("img[src=x]").count() == 0


def test_face_is_shown_larger_and_smaller_by_keys_alone(
    chromium: Any, served: Served, clips: list[Path]
) -> None:
    served.server.judge.may.set()
    with visited(chromium, served) as page:
        send(page, clips[0])
        page.locator(".verdict").wait_for()
        page.get_by_role("link", name="0.40 s: score 0.300").press("Enter")  # a dot of the chart
        larger = page.locator("li:target")
        assert "0.40 s" in larger.inner_text()
        wide = larger.bounding_box()["width"]
        assert wide > 2 * page.locator(".strip li").first.bounding_box()["width"]
        page.keyboard.press("Tab")  # to the picture
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert larger.count() == 0
        page.get_by_role("link", name="Face at 0.00 s").press("Enter")
        assert "0.00 s" in larger.inner_text()


def test_other_result_is_shown_when_it_is_chosen(
    chromium: Any, served: Served, clips: list[Path]
) -> None:
    served.server.judge.may.set()
    with visited(chromium, served, errors=1) as page:
        send(page, *clips[:2])
        row(page, "two.mp4").get_by_text("fake").wait_for()
        heading = page.locator("#result h2:visible")
        row(page, "one.mp4").locator(".choose").click()
        page.locator("#outcome h2").get_by_text("one.mp4").wait_for()
        until(page, LOADED)
        row(page, "two.mp4").locator(".choose").press("Enter")
        page.locator("#outcome h2").get_by_text("two.mp4").wait_for()
        assert heading.all_inner_texts() == ["two.mp4"]
        until(page, LOADED)
        served.server.now[0] = 9999.0
        row(page, "one.mp4").locator(".choose").click()
        page.locator("#result").get_by_text("its time is over").wait_for()
        assert heading.all_inner_texts() == ["one.mp4"]


def test_everybody_is_shown_when_several_people_are_seen(
    chromium: Any, served: Served, clips: list[Path]
) -> None:
    served.server.judge.may.set()
    served.server.judge.says = fake_judge.of_two
    with visited(chromium, served) as page:
        send(page, clips[0])
        page.locator(".verdict").wait_for()
        people = page.locator("#result h3").get_by_text("Person ").all_inner_texts()
        assert people == ["Person 1", "Person 2"]
        assert page.locator(".gauge").count() == 3 and page.locator(".plot").count() == 2
        assert page.locator("svg.map-points .star").count() == 2


def test_reports_are_downloaded(
    chromium: Any, served: Served, clips: list[Path], tmp_path: Path
) -> None:
    served.server.judge.may.set()
    with visited(chromium, served) as page:
        send(page, clips[0])
        for link, name, word in (
            ("Download the report", "one.mp4.report.html", "Called fake: P(real) 0.200"),
            ("Download as JSON", "one.mp4.json", '"verdict": "fake"'),
        ):
            with page.expect_download() as waited:
                page.get_by_role("link", name=link).click()
            assert waited.value.suggested_filename == name
            waited.value.save_as(tmp_path / name)
            assert word in (tmp_path / name).read_text()


def test_what_is_refused_stands_in_the_list(chromium: Any, served: Served, tmp_path: Path) -> None:
    served.server.judge.may.set()
    files = {"no.txt": b"x", "empty.mp4": b"", "large.mp4": bytes(3_000_001), "text.mp4": b"hi"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with visited(chromium, served, errors=1) as page:  # all but one are refused by the page itself
        send(page, *(tmp_path / name for name in files))
        row(page, "no.txt").get_by_text("neither a video nor an image by its suffix").wait_for()
        row(page, "empty.mp4").get_by_text("the file is empty").wait_for()
        row(page, "large.mp4").get_by_text("3.0 MB: larger than 3 MB").wait_for()
        row(page, "text.mp4").get_by_text("not a video or an image: no known format").wait_for()
        row(page, "text.mp4").locator(".choose").click()
        assert "no known format begins like this file" in page.locator("#result").inner_text()


def test_video_is_cancelled_and_the_next_one_goes_on(
    chromium: Any, served: Served, clips: list[Path]
) -> None:
    with visited(chromium, served) as page:
        send(page, *clips[:2])
        row(page, "two.mp4").get_by_text("next in the queue").wait_for()
        page.get_by_role("button", name="cancel two.mp4").click()
        row(page, "two.mp4").wait_for(state="detached")
        assert holds(served, 1)
        served.server.judge.may.set()
        row(page, "one.mp4").get_by_text("fake").wait_for()
        # of a video that is gone meanwhile, a picture on its way would be an error in the console
        # (asked from here: the page's rules forbid a script that waits for it)
        while not page.evaluate("() => [...document.images].every((one) => one.complete)"):
            page.wait_for_timeout(20)
        page.get_by_role("button", name="remove one.mp4").click()
        page.get_by_text("None yet.").wait_for()


def test_upload_that_is_cancelled_half_way_leaves_no_file(
    chromium: Any, served: Served, clips: list[Path]
) -> None:
    with visited(chromium, served) as page:
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
        session = page.context.new_cdp_session(page)
        session.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": 100_000})
        send(page, clips[0])
        row(page, "one.mp4").get_by_text(re.compile("sending [1-9]")).wait_for()
        assert holds(served, 1)
        page.get_by_role("button", name="cancel one.mp4").click()
        page.get_by_text("None yet.").wait_for()
        assert holds(served, 0) and served.server.jobs.free() == 16


def test_videos_are_dropped_on_the_page(chromium: Any, served: Served) -> None:
    served.server.judge.may.set()
    with visited(chromium, served) as page:
        page.evaluate(
            """(head) => {
              const dropped = new DataTransfer();
              for (const name of ["one.mp4", "two.mp4"]) {
                dropped.items.add(new File([new Uint8Array(head)], name));
              }
              const about = { dataTransfer: dropped, bubbles: true, cancelable: true };
              document.getElementById("drop").dispatchEvent(new DragEvent("drop", about));
            }""",
            list(MP4),
        )
        for name in ("one.mp4", "two.mp4"):
            row(page, name).get_by_text("fake").wait_for()


def test_videos_are_there_after_a_reload(chromium: Any, served: Served, clips: list[Path]) -> None:
    with visited(chromium, served) as page:
        send(page, *clips[:2])
        row(page, "two.mp4").get_by_text("next in the queue").wait_for()
        page.reload()
        row(page, "two.mp4").get_by_text("next in the queue").wait_for()
        served.server.judge.may.set()
        row(page, "two.mp4").get_by_text("fake").wait_for()
        with visited(chromium, served) as other:  # another reader sees none of it
            assert other.locator("#videos li").count() == 0


def test_many_videos_of_one_reader_leave_room_for_others(
    chromium: Any, served: Served, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.mp4" for number in range(8)]
    for path in paths:
        path.write_bytes(MP4)
    with visited(chromium, served) as page:
        send(page, *paths)
        row(page, "2.mp4").get_by_text("1 before it in the queue").wait_for()
        assert holds(served, 3)
        assert row(page, "7.mp4").get_by_text("waiting for its turn").is_visible()
        served.server.judge.may.set()
        row(page, "7.mp4").get_by_text("fake").wait_for()


def test_folder_of_the_server_is_picked_from(chromium: Any, served: Served) -> None:
    served.server.judge.may.set()
    with visited(chromium, served) as page:
        page.get_by_text("Pick from the server's folder").click()
        page.locator("#names button").nth(1).wait_for()  # the server has told its names
        page.get_by_role("searchbox").fill("B")
        assert page.locator("#names button").all_inner_texts() == ["below/b.mp4"]
        page.get_by_role("button", name="below/b.mp4").click()
        row(page, "below/b.mp4").get_by_text("fake").wait_for()


@pytest.mark.parametrize("dark", [False, True])
def test_phone_never_scrolls_the_page_sideways(
    chromium: Any, served: Served, clips: list[Path], dark: bool
) -> None:
    served.server.judge.may.set()
    with visited(chromium, served, size=PHONE, dark=dark) as page:
        send(page, *clips)
        page.locator(".verdict").wait_for()
        assert not scrolls_sideways(page)
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert (ink == "rgb(230, 233, 237)") == dark


def test_nothing_jumps_while_videos_are_judged(
    chromium: Any, served: Served, clips: list[Path]
) -> None:
    with visited(chromium, served) as page:
        send(page, *clips[:2])
        row(page, "two.mp4").get_by_text("next in the queue").wait_for()
        page.evaluate(
            """() => {
              window.jumps = [];
              new PerformanceObserver((list) => {
                for (const jump of list.getEntries()) window.jumps.push(jump.value);
              }).observe({ type: "layout-shift", buffered: false });
            }"""
        )
        boxes = [row(page, name).bounding_box() for name in ("one.mp4", "two.mp4")]
        panel = page.locator("#result").bounding_box()
        served.server.judge.may.set()
        row(page, "two.mp4").get_by_text("fake").wait_for()
        page.wait_for_timeout(300)
        assert [row(page, name).bounding_box() for name in ("one.mp4", "two.mp4")] == boxes
        assert page.evaluate("window.jumps") == []
        after = page.locator("#result").bounding_box()
        assert (after["x"], after["y"], after["width"]) == (panel["x"], panel["y"], panel["width"])


def test_server_that_is_gone_is_said_to_be(
    chromium: Any, served: Served, clips: list[Path]
) -> None:
    with visited(chromium, served, errors=1) as page:
        page.route("**/api/queue", lambda route: route.abort())
        send(page, clips[0])
        row(page, "one.mp4").get_by_text("the server does not answer").wait_for()


def test_page_of_a_stranger_gets_nothing(chromium: Any, served: Served, tmp_path: Path) -> None:
    page = chromium.new_page()
    try:
        page.goto((tmp_path / "served").as_uri().replace("served", ""))
        said = page.evaluate(
            """async (address) => {
              const tried = [];
              for (const [method, body] of [["GET"], ["POST", "x".repeat(600)]]) {
                const path = method === "GET" ? "api/queue" : "api/videos?name=a.mp4";
                for (const mode of ["cors", "no-cors"]) {
                  try {
                    const answer = await fetch(address + path, { method, body, mode });
                    tried.push(`${answer.type} ${answer.status}`);
                  } catch { tried.push("failed"); }
                }
              }
              return tried;
            }""",
            served.address,
        )
        assert all(tried in ("failed", "opaque 0") for tried in said), said
        assert list(served.server.folder.iterdir()) == [] and served.server.jobs.free() == 16
    finally:
        page.close()
