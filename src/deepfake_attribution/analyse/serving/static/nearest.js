// How unlike everything known, and the known videos that lie nearest.

import { make } from "./dom.js";

const UNITS = { degrees: "\u00b0", deviations: " SD" };

export function nearest(said, told) {
  if (said.distance === null && !said.neighbours.length) return null;
  const length = (value) => `${value.toFixed(1)}${UNITS[said.unit] ?? ""}`;
  const parts = [make("p", { class: told.strange ? "remark" : null }, told.unlike)];
  if (said.neighbours.length) parts.push(table(said.neighbours, length));
  return make("div", {}, parts);
}

function table(neighbours, length) {
  const head = ["nearest known is", "distance", "of", "video"];
  const rows = neighbours.map((one) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, one.attack),
      make("td", { class: "number" }, length(one.distance)),
      make("td", {}, one.dataset),
      make("td", {}, one.video), // the longest, so the last: it is scrolled to
    ),
  );
  const heads = head.map((text, place) => make("th", { scope: "col", class: place === 1 ? "number" : null }, text));
  const whole = make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows));
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "nearest known videos" }, whole);
}
