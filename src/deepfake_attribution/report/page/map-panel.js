"use strict";
/* The panel of a chosen point: its facts, its neighbours, and all frames of its video. */
(function (pageMap) {
  const { element, face, swatch, score, side } = pageMap;

  /** Fill the panel; `choose(point)` is called for a frame or a neighbour, `close()` by its button. */
  function showPanel(panel, view, point, link, choose, close) {
    const { crops, map } = view;
    const video = map.video(point);
    const button = element("button", "map-close", "Close");
    button.type = "button";
    button.addEventListener("click", close);
    const anchor = element("a", "", "Link to this point");
    anchor.href = link;
    const frames = element("div", "map-frames");
    for (let crop = crops.first[video]; crop < crops.video.length && crops.video[crop] === video; crop++) {
      frames.append(frameButton(view, crop, map.pointOf[crop], point, choose));
    }
    const lost = crops.lost[video] || [];
    const count = frames.children.length;
    const truth = crops.classes[crops.attack[video]].label; // a real video and its fakes share a number
    const more = element("p", "map-more", "\u2193 more below");
    more.setAttribute("aria-hidden", "true");
    panel.replaceChildren(
      element("div", "map-panel-head", element("h3", "", `${crops.videos[video].split("/").pop()}: ${truth}`), button),
      pageMap.facts(view, point, 128),
      element("p", "", anchor),
      pageMap.neighbours(view, point, choose),
      element("h4", "", `All frames of this video: ${count} with a face${lost.length ? `, ${lost.length} without` : ""}`),
      element("p", "map-quiet", below(map)),
      frames,
      ...lost.map(([slot, why]) => element("p", "map-quiet", `Number ${slot}: ${why}`)),
      more,
    );
    panel.scrollTop = 0;
    const hint = () => { more.hidden = panel.scrollTop + panel.clientHeight > panel.scrollHeight - 24; };
    panel.onscroll = hint;
    hint();
  }

  /** Return what stands below each frame. */
  function below(map) {
    const real = map.threshold === null ? "" : ` (real above ${score(map.threshold)})`;
    const named = map.by === "class" ? "most probable class, " : "";
    return `Below each: score, ${named}what the threshold says${real}, frame.`;
  }

  function frameButton(view, crop, point, chosen, choose) {
    const { crops, map, folder } = view;
    const person = crops.person[crop] ? ` · person ${crops.person[crop]}` : "";
    const made = element("button", "map-frame-button", face(crops, folder, crop, 64));
    made.type = "button";
    if (point < 0) { // left out of this map
      made.disabled = true;
      made.append(element("span", "", "not on this map"));
      return made;
    }
    const predicted = map.predictions[map.predicted[point]];
    made.append(
      element("span", "map-score", `${score(map.score[point])}`),
      swatch(predicted.colour, predicted.name),
      ...(map.by === "class" ? [element("span", "map-side", `threshold: ${side(map, point)}`)] : []),
      element("span", "map-quiet", `frame ${crops.frame[crop]}${person}`),
    );
    made.setAttribute("aria-pressed", String(point === chosen));
    made.addEventListener("click", () => choose(point));
    return made;
  }

  /** Say how to fill the panel while no point is chosen, below `wrong`: what a link asked for in vain. */
  function emptyPanel(panel, wrong = "") {
    const alert = element("p", "map-note", wrong);
    alert.setAttribute("role", "alert");
    panel.replaceChildren(...(wrong ? [alert] : []), element("p", "map-quiet",
      "Click or tap a point to see all frames of its video with their scores. The higher a score, the more real."));
  }

  Object.assign(pageMap, { showPanel, emptyPanel });
})(window.pageMap);
