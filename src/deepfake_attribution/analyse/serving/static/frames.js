// Frame by frame: the score over time, and the crops; each can be looked at in large.

import { button, lay, make } from "./dom.js";
import { scale } from "./scale.js";
import { openViewer } from "./viewer.js";
import { scoreName, seconds, status, three } from "./words.js";

// `person`: whose frames.
export function frames(video, person) {
  const { result } = video;
  const own = result.frames
    .map((frame, number) => ({ ...frame, number, hasCrop: result.crops[number] }))
    .filter((frame) => frame.person === person);
  if (!own.some((frame) => frame.hasCrop)) return null;
  const pictures = own.filter((frame) => frame.hasCrop).map((frame) => picture(video, frame));
  const dots = new Map();
  const cells = own.map((frame) => cell(video, frame, pictures, dots));
  return make(
    "div",
    {},
    chart(result, own, pictures, dots),
    make("ol", { class: "crops", "aria-label": "frames in order" }, cells),
  );
}

function picture(video, frame) {
  return {
    number: frame.number,
    address: `api/videos/${video.id}/crops/${frame.number}`,
    head: `Frame ${frame.frame ?? frame.slot}${frame.time_s === null ? "" : `, ${seconds(frame.time_s)}`}`,
    caption: told(video.result, frame),
  };
}

function told(result, frame) {
  const parts = [];
  if (frame.score !== null) parts.push(`${scoreName(result.score_kind)} ${three(frame.score)}, threshold ${three(result.threshold)}`);
  if (frame.predicted) parts.push(`most like ${frame.predicted}`);
  if (frame.status !== "ok") parts.push(frame.reason || status(frame.status));
  return parts.join("; ");
}

function side(result, frame) {
  if (frame.score === null) return "none";
  return frame.score > result.threshold ? "real" : "fake";
}

function cell(video, frame, pictures, dots) {
  const { result } = video;
  const time = make("span", { class: "quiet" }, frame.time_s === null ? `frame ${frame.slot + 1}` : seconds(frame.time_s));
  if (!frame.hasCrop) {
    const why = make("span", { class: "no-crop", title: frame.reason }, status(frame.status));
    return make("li", {}, make("span", { class: "crop" }, why, time));
  }
  const place = pictures.findIndex((one) => one.number === frame.number);
  const open = button("", () => openViewer(pictures, place), { class: `crop ${side(result, frame)}` });
  const score = frame.score === null ? "" : three(frame.score);
  open.append(
    make("img", { src: pictures[place].address, alt: "", width: 88, height: 88 }),
    make("span", { class: "score" }, score),
    time,
  );
  open.setAttribute("aria-label", `${pictures[place].head}: ${pictures[place].caption}. Enlarge`);
  for (const [event, on] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) {
    open.addEventListener(event, () => dots.get(frame.number)?.classList.toggle("on", on));
  }
  return make("li", {}, open);
}

// The same is said by the crops below, which keys reach: the dots are for the eye and the mouse.
function chart(result, own, pictures, dots) {
  const scored = own.filter((frame) => frame.score !== null);
  const { low, high, share } = scale([...scored.map((frame) => frame.score), result.threshold], result.score_kind);
  const times = own.map((frame) => frame.time_s ?? frame.slot);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const across = (frame) => ((frame.time_s ?? frame.slot) - first) / (last - first || 1);
  const area = make("div", { class: "chart-area" });
  area.append(
    lay(make("span", { class: "chart-real" }), { bottom: share(result.threshold), top: 0 }),
    lay(make("span", { class: "chart-threshold" }), { bottom: share(result.threshold) }),
  );
  for (const frame of own) {
    const dot = make("span", { class: `dot ${side(result, frame)}`, title: told(result, frame) });
    lay(dot, { left: across(frame), bottom: frame.score === null ? 0 : share(frame.score) });
    const place = pictures.findIndex((one) => one.number === frame.number);
    if (place >= 0) dot.addEventListener("click", () => openViewer(pictures, place));
    dots.set(frame.number, dot);
    area.append(dot);
  }
  const ends = [high, low].map((value) => make("span", {}, result.score_kind === "probability" ? value.toFixed(0) : value.toFixed(1)));
  const timed = own.every((frame) => frame.time_s !== null);
  const below = timed ? [first, last].map((time) => make("span", {}, seconds(time))) : [];
  return make(
    "div",
    { class: "chart", "aria-hidden": "true" },
    make("div", { class: "chart-ends" }, ends),
    area,
    make("div", { class: "chart-times" }, below),
  );
}
