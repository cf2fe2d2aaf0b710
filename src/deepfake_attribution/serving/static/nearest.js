// How unlike everything known, and the known videos that lie nearest.

import { make } from "./dom.js";
import { percent } from "./words.js";

const UNLIKE = 0.95; // from here on it is like few or none of what the model has seen
const UNITS = { degrees: "\u00b0", deviations: " standard deviations" };

export function nearest(said) {
  if (said.distance === null && !said.neighbours.length) return null;
  const length = (value) => `${value.toFixed(1)}${UNITS[said.unit] ?? ""}`;
  const parts = [];
  if (said.unlike !== null) {
    const beyond = said.unlike >= UNLIKE;
    const text = beyond
      ? "Like nothing the model has seen: its word counts for little here."
      : "Not unusual for this model, which does not say that the verdict is right.";
    const share = `It lies ${length(said.distance)} from what is known; ${percent(said.unlike)} of the known videos lie nearer.`;
    parts.push(make("p", { class: beyond ? "remark" : null }, make("strong", {}, text), ` ${share}`));
  }
  if (said.neighbours.length) parts.push(table(said.neighbours, length));
  return make("div", {}, parts);
}

function table(neighbours, length) {
  const head = ["nearest known video", "what it is", "dataset", "distance"];
  const cell = (text, number) => make(number ? "td" : "th", number ? { class: number } : { scope: "row" }, text);
  const rows = neighbours.map((one) =>
    make("tr", {}, cell(one.video), cell(one.attack, "word"), cell(one.dataset, "word"), cell(length(one.distance), "number")),
  );
  const heads = head.map((text, place) => make("th", { scope: "col", class: place === 3 ? "number" : null }, text));
  const whole = make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows));
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "nearest known videos" }, whole);
}
