"""How smoothly a map of 20,000 points is panned: python benchmarks/pan.py [--videos N].

The map of drawn points (15 crops of each video; `tests/map_project.py`) is opened from disk in a
headless Chromium, 1280 x 900, and dragged to and fro: a move of the mouse in each frame that the
browser draws. The times between these frames are measured in the page. Without a graphics card
Chromium draws everything on the processor, so ``peer`` is what any picture of that size costs here:
a plain area moves over the map, and nothing else. Needs playwright (extra dev) and a Chromium.
"""

import argparse
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

import measure
from deepfake_attribution.report.page import assets

TESTS = Path(__file__).parents[1] / "tests"  # their drawn maps are used

ROUNDS = 3
FRAMES = 60  # of a round
WIDTH, HEIGHT = 1280, 900
REACH = 120  # pixels to either side
# WebGL without a graphics card
ARGUMENTS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# Drags the map and resolves with the milliseconds between the frames that were drawn meanwhile.
DRAG = """async ([frames, reach]) => {
  const target = document.querySelector(".map-plot .nsewdrag");
  const box = target.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const send = (kind, dx) => target.dispatchEvent(new PointerEvent(kind, {
    bubbles: true, pointerId: 7, isPrimary: true, clientX: x + dx, clientY: y, buttons: 1 }));
  const next = () => new Promise((resolve) => requestAnimationFrame(resolve));
  send("pointerdown", 0);
  const times = [];
  let before = await next();
  for (let frame = 1; frame <= frames; frame++) {
    send("pointermove", reach * Math.sin(frame / 8));
    const now = await next();
    times.push(now - before);
    before = now;
  }
  send("pointerup", 0);
  await next();
  return [times, document.querySelector(".map-plot")._fullLayout.xaxis.range[0]];
}"""

# The same for a plain area that is as large as the map.
AREA = """async ([frames, reach]) => {
  const map = document.querySelector(".map-plot").getBoundingClientRect();
  const area = document.createElement("div");
  area.style.cssText = `position: absolute; width: ${map.width}px; height: ${map.height}px;
    left: ${map.left + scrollX}px; top: ${map.top + scrollY}px;
    background: #0008; will-change: transform`;
  document.body.append(area);
  const next = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const times = [];
  let before = await next();
  for (let frame = 1; frame <= frames; frame++) {
    area.style.transform = `translate(${reach * Math.sin(frame / 8)}px, 0)`;
    const now = await next();
    times.push(now - before);
    before = now;
  }
  area.remove();
  return times;
}"""


def build(videos: int) -> Path:
    """Write the maps of ``videos`` videos into the current folder; return their page."""
    sys.path.append(str(TESTS))
    map_project = import_module("map_project")
    import_module("chosen_heads").write_heads()
    map_project.build(videos, ("arcface",))
    page: Path = map_project.write_page(assets.library().read_bytes())
    return page.resolve()


def dragged(page: Any) -> list[float]:
    """Return the milliseconds between the frames of one round."""
    start = "document.querySelector('.map-plot')._fullLayout.xaxis.range[0]"
    before = page.evaluate(start)
    times, after = page.evaluate(DRAG, [FRAMES, REACH])
    assert after != before, "the map was not moved"
    return times


def main() -> None:
    """Build the maps, drag one, and move the area, in turns; write the medians."""
    sync_playwright = measure.peer("playwright.sync_api").sync_playwright
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--videos", type=int, default=1_334)
    chosen = measure.options(parser)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        os.chdir(folder)  # paths are relative to it
        path = build(chosen.videos)
        browser = driver.chromium.launch(
            executable_path=chromium, chromium_sandbox=False, args=ARGUMENTS
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(600_000)
        page.goto(path.as_uri())
        page.wait_for_function(
            "document.querySelector('.map-count').textContent.includes('points shown')"
        )
        print(page.inner_text(".map-count"))
        rounds = []
        for _ in range(ROUNDS + 1):
            rounds.append((dragged(page), page.evaluate(AREA, [FRAMES, REACH])))
        browser.close()
    found = []
    for name, figure in (("median", median), ("slowest-twentieth", _slow)):
        pairs = [(figure(ours), figure(peer)) for ours, peer in rounds[1:]]  # the first warms up
        ours, peer = (round(median(column), 1) for column in zip(*pairs, strict=True))
        ratio = round(median(other / own for own, other in pairs), 2)
        result = measure.Result(f"pan/{name}", ours, peer, ratio, "ms/frame", measure.machine())
        found.append(result)
    measure.show(found)
    measure.keep(found, chosen)


def _slow(times: list[float]) -> float:
    return float(np.percentile(times, 95))


if __name__ == "__main__":
    main()
