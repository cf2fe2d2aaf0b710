// One legend for all panels of a figure: it breaks into lines where a screen is narrow.
"use strict";

(() => {
  const SPACE = "http://www.w3.org/2000/svg";
  const DASHES = { dash: "7 4", dot: "2 3" };
  const MARKS = { // around 0, in pixels
    circle: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
    square: "M-5 -5H5V5H-5Z",
    "triangle-up": "M0 -6L6 5H-6Z",
    diamond: "M0 -6L6 0L0 6L-6 0Z",
    "line-ns-open": "M0 -7V7",
  };
  const FILLINGS = { "/": "M-10 6L-2 -6M-3 6L5 -6M4 6L12 -6", x: "M-11 -6L1 6M-1 -6L11 6M-11 6L1 -6M-1 6L11 -6" };

  function part(name, attributes) {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  // Return the picture of a trace: its line and its mark, or the filling of its bar.
  function sample({ type, mode = "", line, marker = {} }) {
    const picture = part("svg", { viewBox: "-16 -8 32 16", "aria-hidden": "true" });
    if (type === "bar") {
      picture.append(part("path", { d: "M-14 -6H14V6H-14Z", fill: marker.color }));
      const filling = FILLINGS[marker.pattern?.shape];
      if (filling) picture.append(part("path", { d: filling, stroke: marker.pattern.fgcolor, "stroke-width": 2 }));
      return picture;
    }
    if (mode.includes("lines")) {
      const look = { stroke: line.color, "stroke-width": line.width, "stroke-dasharray": DASHES[line.dash] ?? "none" };
      picture.append(part("path", { d: "M-15 0H15", ...look }));
    }
    if (mode.includes("markers")) {
      const symbol = marker.symbol ?? "circle";
      const edge = symbol.endsWith("-open") ? { color: marker.color, width: 2 } : marker.line ?? {};
      const look = { fill: marker.color ?? line?.color, stroke: edge.color ?? "none", "stroke-width": edge.width ?? 0 };
      picture.append(part("path", { d: MARKS[symbol], ...look }));
    }
    return picture;
  }

  // Return the legend of figures, an entry for each name; null where it would tell nothing apart.
  // Its buttons hide and show what has their name; redraw is called with each figure.
  page.legend = (figures, redraw) => {
    const named = new Map();
    for (const { data, layout } of figures) {
      if (layout.showlegend === false) continue;
      for (const trace of data) {
        if (trace.name && trace.showlegend !== false && !named.has(trace.name)) named.set(trace.name, trace);
      }
    }
    if (named.size < 2) return null;
    const entry = ([name, trace]) => {
      const button = page.make("button", { type: "button", "aria-pressed": "true" }, sample(trace), name);
      button.addEventListener("click", () => {
        const shown = button.getAttribute("aria-pressed") === "false";
        button.setAttribute("aria-pressed", String(shown));
        for (const figure of figures) {
          for (const each of figure.data) if (each.name === name) each.visible = shown;
          redraw(figure);
        }
      });
      return page.make("li", {}, button);
    };
    return page.make("ul", { class: "legend", "aria-label": "Legend: a click hides or shows" }, ...[...named].map(entry));
  };
})();
