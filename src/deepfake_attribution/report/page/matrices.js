// Confusion matrices: which class the videos of each class are given, in counts and rates.
"use strict";

(() => {
  const { make, choice, load, plots } = page;

  const narrow = () => window.innerWidth < 600;

  function texts(row) {
    return row.counts.map((count) => {
      const share = row.n ? Math.round(100 * count / row.n) : 0;
      return count ? `${count} (${share} %)` : "0";
    });
  }

  function draw(element, matrix) {
    const rows = [...matrix.rows].reverse(); // plotly begins at the bottom
    const between = narrow() ? "<br>" : ": ";
    const safe = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const named = (row) => `${safe(row.true)}${row.known ? "" : "*"}, n ${row.n}`;
    const names = rows.map((row) => `${safe(row.database)}${row.seen ? "" : "\u2020"}${between}${named(row)}`);
    return plots.draw(element, () => ({
      traces: [{
        type: "heatmap", x: matrix.columns, y: names,
        z: rows.map((row) => row.counts.map((count) => (row.n ? 100 * count / row.n : 0))),
        text: rows.map(texts), texttemplate: "%{text}", textfont: { size: 12, color: plots.colour("ink") },
        colorscale: [[0, plots.colour("shade")], [1, plots.colour("real")]],
        zmin: 0, zmax: 170, showscale: false, xgap: 2, ygap: 2,
        hovertemplate: "%{y}<br>given the class %{x}: %{text}<extra></extra>",
      }],
      layout: {
        height: 110 + (narrow() ? 38 : 30) * rows.length,
        margin: { l: 20, r: 12, t: 60, b: 20 },
        xaxis: plots.axis("", { side: "top", type: "category", showgrid: false }),
        yaxis: plots.axis("", { type: "category", showgrid: false }),
      },
    }));
  }

  async function matrices(element) {
    const { seed, approaches } = await load("confusion");
    const box = make("div", { class: "scroll", tabindex: 0, role: "region" });
    const frame = make("div", { class: "shaded" }, box); // a plot would cover the shade of the box itself
    const shade = () => frame.classList.toggle("more", box.scrollLeft + box.clientWidth < box.scrollWidth - 4);
    box.addEventListener("scroll", shade, { passive: true });
    window.addEventListener("resize", shade);
    const caption = make("p", { class: "caption", "aria-live": "polite" });
    const show = (place) => {
      const matrix = approaches[place];
      const by = matrix.by === "threshold"
        ? "by the threshold: real above it, else fake"
        : "by the most probable class, whatever the threshold says: a real can be right here and be called fake at the threshold (FNR)";
      const marks = [
        matrix.rows.some((row) => !row.known) ? " *: an attack that nothing was trained on." : "",
        matrix.rows.some((row) => !row.seen) ? " \u2020: a database that nothing was trained on." : "",
      ];
      caption.textContent = `${matrix.approach}, video level, test part, training seed ${seed}. A row is `
        + `a true class with its n, a column the class that its videos are given, ${by}. Shade and percent: `
        + `the share of the row.${marks.join("")}`;
      box.setAttribute("aria-label", `Confusion matrix of ${matrix.approach}`);
      plots.clear(box);
      const plot = make("div", { class: "plot" });
      plot.style.minWidth = `${(narrow() ? 8 : 18) + 5 * matrix.columns.length}rem`;
      box.append(plot);
      draw(plot, matrix);
      shade();
    };
    const names = approaches.map((matrix) => matrix.approach);
    const above = make("div", { class: "choices" }, choice("Approach", names, show));
    element.append(above, caption, frame);
    if (approaches.length) show(0);
  }

  plots.define("matrices", matrices);
})();
