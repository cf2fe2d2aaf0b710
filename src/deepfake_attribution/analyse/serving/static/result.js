// The panel of one video: what is said of it, why, and what to keep.

import { classTable } from "./classes.js";
import { byId, make } from "./dom.js";
import { frames } from "./frames.js";
import { gauge } from "./gauge.js";
import { knownMap } from "./map.js";
import { nearest } from "./nearest.js";
import { scoreName, seconds, status, three } from "./words.js";

let shown = null; // the video whose whole result stands in the panel

export function showResult(video, about, known) {
  const panel = byId("result");
  if (video !== null && video === shown && video.result) return;
  shown = video?.result ? video : null;
  let parts = [make("p", { class: "quiet" }, "What is said of a video appears here.")];
  if (video?.result) parts = whole(video, about, known);
  else if (video) parts = [make("h2", { class: "name" }, video.name), make("p", { class: "pending" }, video.line.textContent)];
  panel.replaceChildren(...parts, ...rests(about));
}

// Always there: before the first verdict, too.
function rests(about) {
  const list = make("ul", { class: "rests" }, about.rests_on.map((sentence) => make("li", {}, sentence)));
  return [make("h3", {}, "What every verdict rests on"), list];
}

function whole(video, about, known) {
  const { result } = video;
  const body = make("div");
  const fill = (person) => body.replaceChildren(...ofPerson(video, person, about, known));
  fill(result.person);
  return [
    make("h2", { class: "name" }, video.name),
    verdict(result),
    make("p", { class: "told" }, result.told.verdict),
    make("p", { class: "remark" }, ...hint(about)),
    keep(video),
    result.people.length > 1 ? choice(result, fill) : null,
    body,
  ].filter(Boolean);
}

// The first and the last of what every verdict rests on stand beside each of them.
function hint(about) {
  return [make("strong", {}, about.proof), ` ${about.unknown}`];
}

function verdict(result) {
  const kind = result.verdict ?? "none";
  const word = { real: "Real", fake: "Fake", none: "No verdict" }[kind];
  const sign = { real: "\u25cf", fake: "\u25b2", none: "\u2014" }[kind];
  const attack = result.attack ? `, most like ${result.attack}` : "";
  const why = result.verdict === null ? `: ${status(result.status)}` : attack;
  return make("p", { class: `verdict ${kind}` }, make("span", { "aria-hidden": "true" }, sign), make("span", {}, make("strong", {}, word), why));
}

function keep(video) {
  const time = new Date(video.until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const link = (end, text) => make("a", { class: "as-button", href: `api/videos/${video.id}/${end}`, download: "" }, text);
  return make(
    "p",
    { class: "keep" },
    link("report.html", "Download the report"),
    link("report.json", "Download as JSON"),
    make("span", { class: "quiet" }, `Kept until ${time}.`),
  );
}

function choice(result, fill) {
  const options = result.people.map((person) => {
    const said = person.verdict ?? `no verdict: ${status(person.status)}`;
    return make("option", { value: person.person }, `person ${person.person + 1}: ${said}`);
  });
  const select = make("select", {}, options);
  select.value = String(result.person);
  select.addEventListener("change", () => fill(Number(select.value)));
  const label = make("label", {}, "Several people are seen. The verdict rests on the least real one. Show ", select);
  return make("p", { class: "choices" }, label);
}

function ofPerson(video, number, about, known) {
  const { result } = video;
  const place = result.people.findIndex((person) => person.person === number);
  const [said, told] = place < 0 ? [result, result.told] : [result.people[place], result.told_people[place]];
  const parts = [];
  if (result.people.length > 1) parts.push(make("p", {}, told.verdict));
  if (said.score !== null) {
    parts.push(make("h3", {}, scoreName(result.score_kind)), gauge(said, result));
  }
  parts.push(facts(said, result));
  const head = (text, part) => part && parts.push(make("h3", {}, text), part);
  head("Class by class", classTable(said));
  head("Frame by frame", frames(video, number));
  head("Like what the model has seen?", nearest(said, told));
  head("On the map of known attacks", said.place && knownMap(known, said.place));
  return parts;
}

function facts(said, result) {
  const rows = [
    [scoreName(result.score_kind), said.score === null ? "-" : three(said.score)],
    ["over the frames", said.interval ? said.interval.map(three).join(" to ") : "-"],
    ["called real above", three(result.threshold)],
    ["frames with a face", `${said.faces} of ${result.asked}`],
    ["approach", result.approach],
    ["took", seconds(result.seconds)],
  ];
  if (said.reason) rows.unshift(["reason", said.reason]);
  return make("dl", { class: "facts" }, rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}
