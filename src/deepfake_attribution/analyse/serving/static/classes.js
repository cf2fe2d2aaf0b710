// P(class), as a table with bars.

import { lay, make } from "./dom.js";
import { three } from "./words.js";

export function classTable(said) {
  const classes = Object.entries(said.probabilities);
  if (!classes.length) return null;
  const rows = classes.map(([name, value]) => {
    const bar = lay(make("span", { class: name === "real" ? "real" : "fake" }), { width: value });
    return make(
      "tr",
      { class: name === said.predicted ? "most" : null },
      make("th", { scope: "row" }, name),
      make("td", { class: "number" }, three(value)),
      make("td", { class: "bar", "aria-hidden": "true" }, bar),
    );
  });
  const head = make(
    "thead",
    {},
    make("tr", {}, make("th", { scope: "col" }, "class"), make("th", { scope: "col", class: "number" }, "P(class)"), make("td", { "aria-hidden": "true" })),
  );
  return make("table", { class: "classes" }, head, make("tbody", {}, rows));
}
