// Draws the figures that Python made with plotly: when they come near, in the page's colours.
"use strict";

(() => {
  const { make, load, near, shaded } = page;
  const OPTIONS = { responsive: true, displaylogo: false, displayModeBar: false };
  const coarse = matchMedia("(pointer: coarse)");
  const drawn = new Map(); // element -> its figure

  // Return a copy of a figure with the page's present colours and font in place of var(--NAME).
  function styled(figure) {
    const style = getComputedStyle(document.documentElement);
    return JSON.parse(JSON.stringify(figure), (_, value) => {
      const name = typeof value === "string" && /^var\((--[a-z]+)\)$/.exec(value);
      return name ? style.getPropertyValue(name[1]).trim() : value;
    });
  }

  function draw(element, figure) {
    drawn.set(element, figure);
    const { data, layout } = styled(figure);
    if (coarse.matches) layout.dragmode = false; // a finger scrolls the page
    return Plotly.react(element, data, layout, OPTIONS);
  }

  // Put a place for a figure into the panels; a wide one scrolls, shaded at the side where it goes on.
  function place(panels, { label, least }) {
    const plot = make("div", { class: "plot" });
    const about = { role: least ? "region" : "img", "aria-label": label };
    if (!least) {
      for (const [name, value] of Object.entries(about)) plot.setAttribute(name, value);
      panels.append(plot);
      return plot;
    }
    plot.style.minWidth = `${least}rem`;
    const box = make("div", { class: "scroll", tabindex: 0, ...about }, plot);
    panels.append(box);
    shaded(box);
    return plot;
  }

  function show(panels, view) {
    for (const element of panels.querySelectorAll(".plot")) {
      drawn.delete(element);
      Plotly.purge(element);
    }
    panels.replaceChildren();
    panels.parentElement.querySelector(".legend")?.remove();
    // all places before the first figure: it would take the whole width
    let row = panels;
    const places = view.panels.map((panel) => {
      if (panel.group) {
        row = make("div", { class: "panels" });
        panels.append(make("h4", {}, panel.group), row);
      }
      return place(row, panel);
    });
    view.panels.forEach((panel, n) => draw(places[n], panel.figure));
    const figures = view.panels.map((panel) => panel.figure);
    const legend = page.legend(figures, (figure) => draw(places[figures.indexOf(figure)], figure));
    if (legend) panels.before(legend);
  }

  // Return a labelled choice of names; changed is called with the chosen place.
  function select({ label, names, first }, changed) {
    const box = make("select", {}, ...names.map((name, value) => make("option", { value }, name)));
    box.value = first;
    box.addEventListener("change", () => changed(Number(box.value)));
    return make("label", {}, label, box);
  }

  async function section(element) {
    const name = element.dataset.plot;
    const { choices, width } = await load(name);
    const caption = make("p", { class: "caption", "aria-live": "polite" });
    const panels = make("div", { class: "panels", style: `--panel: ${width}rem` });
    const chosen = choices.map((one) => one.first);
    const place = () => choices.reduce((sum, one, n) => sum * one.names.length + chosen[n], 0);
    const update = async () => {
      const wanted = place();
      const view = await load(`${name}-${wanted}`);
      if (wanted !== place()) return; // something else was chosen meanwhile
      caption.textContent = view.caption;
      show(panels, view);
    };
    const selects = choices.map((one, n) => select(one, (at) => {
      chosen[n] = at;
      update().catch(giveUp);
    }));
    if (selects.length) element.append(make("div", { class: "choices" }, ...selects));
    element.append(caption, panels);
    if (choices.every((one) => one.names.length)) await update();
  }

  // Show the pictures instead, where the library or the data cannot be had.
  function giveUp() {
    document.documentElement.classList.add("no-plots");
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [element, figure] of drawn) draw(element, figure);
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (typeof Plotly === "undefined") return giveUp();
    for (const element of document.querySelectorAll(".live[data-plot]")) {
      near(element, () => section(element).catch(giveUp));
    }
  });
})();
