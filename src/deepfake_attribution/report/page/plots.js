// How all figures look and are drawn: by plotly, when they come near, in the page's colours.
"use strict";

page.plots = (() => {
  const painters = {};
  const drawn = new Map(); // element -> how to draw it again
  // A classifier's dash and shape; the first mark is the largest, for they often lie on each other.
  const CLASSIFIERS = {
    NN: { dash: "solid", symbol: "circle", size: 15 },
    LR: { dash: "dash", symbol: "square", size: 11 },
    SVM: { dash: "dot", symbol: "triangle-up", size: 13 },
  };
  const ALONE = { dash: "solid", symbol: "diamond", size: 11 }; // a head without a classifier
  const coarse = matchMedia("(pointer: coarse)");

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  // Return how an approach is drawn: the colour is its head's, dash, symbol and size its classifier's.
  function look(approach) {
    const [head, classifier] = approach.split("-");
    const known = { Binary: "binary", Attribution: "attribution", TripletLoss: "triplet" };
    return { color: colour(known[head] ?? "arcface"), ...(CLASSIFIERS[classifier] ?? ALONE) };
  }

  function axis(title, more = {}) {
    const lines = { gridcolor: colour("line"), linecolor: colour("line"), zeroline: false };
    return { title: { text: title, standoff: 6, font: { size: 13 } }, automargin: true, ...lines, ...more };
  }

  function title(text) {
    return { text, font: { size: 14 }, x: 0.01, xanchor: "left" };
  }

  // Draw traces into element; make is called again when the page changes between light and dark.
  function draw(element, make) {
    const paint = () => {
      const { traces, layout } = make();
      const whole = {
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: colour("ink") },
        margin: { l: 55, r: 12, t: 34, b: 45 },
        hovermode: "closest",
        hoverlabel: { bgcolor: colour("shade"), font: { color: colour("ink") } },
        legend: { orientation: "h", y: -0.22 },
        dragmode: coarse.matches ? false : "zoom", // a finger scrolls the page
        ...layout,
      };
      const options = { responsive: true, displaylogo: false, displayModeBar: false };
      return Plotly.react(element, traces, whole, options);
    };
    drawn.set(element, paint);
    return paint();
  }

  // Forget figures that are no longer shown, and free what they hold.
  function clear(parent) {
    for (const element of parent.querySelectorAll(".plot")) {
      drawn.delete(element);
      Plotly.purge(element);
    }
    parent.replaceChildren();
  }

  // Name what draws the sections of a kind: painter(element) is called when one comes near.
  function define(kind, painter) {
    painters[kind] = painter;
  }

  // Show the pictures instead, where the library or the data cannot be had.
  function giveUp() {
    document.documentElement.classList.add("no-plots");
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const paint of drawn.values()) paint();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (typeof Plotly === "undefined") return giveUp();
    for (const element of document.querySelectorAll(".live[data-plot]")) {
      page.near(element, () => painters[element.dataset.plot](element).catch(giveUp));
    }
  });

  return { define, draw, clear, colour, look, axis, title };
})();
