// The score on a line, with its interval and the threshold.

import { lay, make } from "./dom.js";
import { scale } from "./scale.js";
import { scoreName, three } from "./words.js";

export function gauge(said, result) {
  const { threshold, score_kind: kind } = result;
  const [from, to] = said.interval ?? [said.score, said.score];
  const { low, high, share } = scale([said.score, from, to, threshold], kind);
  const at = share(threshold);
  const text = `${scoreName(kind)} ${three(said.score)}, interval ${three(from)} to ${three(to)}, threshold ${three(threshold)}`;
  const side = said.score > threshold ? "real" : "fake";
  const line = make(
    "div",
    { class: "gauge-line" },
    lay(make("span", { class: "gauge-fake" }), { left: 0, width: at }),
    lay(make("span", { class: "gauge-real" }), { left: at, width: 1 - at }),
    lay(make("span", { class: `gauge-interval ${side}` }), { left: share(from), width: share(to) - share(from) }),
    lay(make("span", { class: "gauge-mark" }), { left: at }),
    lay(make("span", { class: `gauge-score ${side}` }), { left: share(said.score) }),
  );
  const label = lay(make("span", {}, `threshold ${three(threshold)}`), at < 0.5 ? { left: at } : { right: 1 - at });
  const ends = kind === "probability" ? ["0: fake", "1: real"] : [three(low), three(high)];
  return make(
    "div",
    { class: "gauge", role: "img", "aria-label": text },
    make("div", { class: "gauge-label" }, label),
    line,
    make("div", { class: "gauge-ends" }, ends.map((end) => make("span", {}, end))),
  );
}
