// ROC and DET curves, and the scores that they come from.
"use strict";

(() => {
  const LEVELS = ["video", "frame"];
  const NAMES = ["videos", "frames"];
  const { make, choice, load } = page;
  const { plots } = page;

  function title(database) {
    return `${database.name} (${database.seen ? "trained on" : "not trained on"})`;
  }

  function told(level, database) {
    const counts = new Set(database.approaches.map((one) => `${one.real} real and ${one.fake} fake`));
    const n = [...counts].join(" or ") || "no scored";
    const part = database.pooled.length ? `the test parts of ${database.pooled.join(", ")} pooled` : "test part";
    return `${title(database)}: ${n} ${level.unit}, ${level.level} level, ${part}, training seed ${level.seed}.`;
  }

  // Put choices of level and database above a figure; show draws what is chosen.
  async function chosen(element, show, first) {
    const state = { level: 0, database: 0 };
    const above = make("div", { class: "choices" });
    const caption = make("p", { class: "caption", "aria-live": "polite" });
    const panels = make("div", { class: "panels" });
    const all = await Promise.all(LEVELS.map((name) => load(`scores-${name}`)));
    state.database = first(all[0].databases);
    const update = () => {
      const level = all[state.level];
      const database = level.databases[state.database];
      caption.textContent = `${told(level, database)} `;
      plots.clear(panels);
      show(panels, level, database, caption);
    };
    const changed = (key) => (place) => { state[key] = place; update(); };
    above.append(choice("Level", NAMES, changed("level")));
    const databases = choice("Database", all[0].databases.map(title), changed("database"));
    databases.querySelector("select").value = state.database;
    above.append(databases);
    element.append(above, caption, panels);
    if (all[0].databases.length) update();
  }

  function firstWithCurves(databases) {
    return Math.max(0, databases.findIndex((one) => one.approaches.some((own) => own.fpr)));
  }

  // Return a line, a mark and what the legend shows for each approach; keys name what is on the axes.
  function lines(database, x, y, point, hover) {
    return database.approaches.filter((one) => one.fpr).flatMap((one) => {
      const { color, dash, symbol, size } = plots.look(one.name);
      const line = { color, dash, width: 2 };
      const marker = { color, symbol, size, line: { color: plots.colour("paper"), width: 1.5 } };
      const auc = one.auc === null ? "-" : one.auc.toFixed(2);
      const name = `${one.name}, AUC ${auc}`;
      const shown = one.fpr.map((fpr, place) => [100 * fpr, 100 * (1 - one.tpr[place])]);
      const dot = [[100 * one.point[0], 100 * (1 - one.point[1])]];
      const about = { type: "scatter", legendgroup: one.name, name, hovertemplate: hover(one), showlegend: false };
      return [
        { ...about, x: one[x], y: one[y], customdata: shown, mode: "lines", line },
        {
          ...about, x: [one[point][0]], y: [one[point][1]], customdata: dot, mode: "markers", marker,
          cliponaxis: false,
        },
        { ...about, x: [null], y: [null], mode: "lines+markers", line, marker, showlegend: true },
      ];
    });
  }

  function hover(one) {
    return `<b>${one.name}</b><br>fakes called real: %{customdata[0]:.2f} %`
      + "<br>reals called fake: %{customdata[1]:.2f} %<extra></extra>";
  }

  function roc(element, database) {
    return plots.draw(element, () => ({
      traces: [
        {
          x: [0, 1], y: [0, 1], mode: "lines", hoverinfo: "skip", showlegend: false,
          line: { color: plots.colour("line"), width: 1 },
        },
        ...lines(database, "fpr", "tpr", "point", hover),
      ],
      layout: {
        title: plots.title("ROC"),
        height: 520,
        xaxis: plots.axis("fakes called real (FPR)", { range: [-0.01, 1.01] }),
        yaxis: plots.axis("reals called real (1 - FNR)", { range: [-0.01, 1.01] }),
      },
    }));
  }

  function det(element, level, database) {
    const [none, all] = level.borders;
    const named = [none, ...level.ticks, all];
    const ticks = {
      tickvals: named.map(([at]) => at),
      ticktext: named.map(([, name]) => name),
      tickfont: { size: 11 },
      range: [none[0] - 0.16, all[0] + 0.16],
    };
    const border = { type: "line", line: { color: plots.colour("quiet"), width: 1, dash: "dot" }, layer: "below" };
    const borders = level.borders.flatMap(([at]) => [
      { ...border, x0: at, x1: at, y0: 0, y1: 1, yref: "paper" },
      { ...border, y0: at, y1: at, x0: 0, x1: 1, xref: "paper" },
    ]);
    return plots.draw(element, () => ({
      traces: lines(database, "det_fpr", "det_fnr", "det_point", hover),
      layout: {
        title: plots.title("DET"),
        shapes: borders,
        height: 520,
        showlegend: true,
        xaxis: plots.axis("fakes called real (FPR), %", ticks),
        yaxis: plots.axis("reals called fake (FNR), %", ticks),
      },
    }));
  }

  // Panels are put in place before any is drawn: the first would take the whole width.
  function panel(panels, label) {
    const element = make("div", { class: "plot", role: "img", "aria-label": label });
    panels.append(element);
    return element;
  }

  function curves(panels, level, database, caption) {
    if (!database.approaches.some((one) => one.fpr)) {
      caption.append("There is no curve: it needs reals and fakes with a score.");
      return;
    }
    caption.append(
      "A mark: at the approach's one threshold; its colour is the head's, its shape the classifier's. "
      + "ROC: up and to the left is better, the straight line is a coin. DET: the axes stretched as "
      + "normal deviates, down and to the left is better; such an axis has no place for 0 and 100 %, "
      + "which are drawn on the dotted lines.",
    );
    const [left, right] = ["ROC", "DET"].map((kind) => panel(panels, `${kind} curves on ${database.name}`));
    roc(left, database);
    det(right, level, database);
  }

  function bars(one, kind, name, n) {
    const [low, high] = one.edges;
    const width = (high - low) / one[kind].length;
    return {
      type: "bar", name: `${name} (${n})`,
      x: one[kind].map((_, place) => low + (place + 0.5) * width),
      y: one[kind].map((count) => (n ? 100 * count / n : 0)),
      customdata: one[kind], width,
      marker: { color: plots.colour(name), line: { width: 0 } }, opacity: 0.6,
      hovertemplate: `${name}: %{customdata} of ${n} (%{y:.1f} %)<br>score about %{x:.3g}<extra></extra>`,
    };
  }

  function histogram(element, one) {
    return plots.draw(element, () => ({
      traces: [bars(one, "reals", "real", one.real), bars(one, "fakes", "fake", one.fake)],
      layout: {
        title: plots.title(one.name),
        height: 250,
        barmode: "overlay",
        bargap: 0,
        showlegend: false,
        xaxis: plots.axis(`score; threshold ${one.threshold.toPrecision(3)}`, { range: one.edges }),
        yaxis: plots.axis("%", { rangemode: "tozero" }),
        shapes: [{
          type: "line", x0: one.threshold, x1: one.threshold, y0: 0, y1: 1, yref: "paper",
          line: { color: plots.colour("ink"), width: 1.5 },
        }],
      },
    }));
  }

  function histograms(panels, level, database, caption) {
    caption.append(
      "Blue: real, orange: fake; bars are percent of each. Right of the line, the threshold, is called real.",
    );
    panels.style.setProperty("--panel", "17rem");
    const label = (one) => `Scores of ${one.name} on ${database.name}`;
    const places = database.approaches.map((one) => panel(panels, label(one)));
    database.approaches.forEach((one, place) => histogram(places[place], one));
  }

  plots.define("curves", (element) => chosen(element, curves, firstWithCurves));
  plots.define("histograms", (element) => chosen(element, histograms, () => 0));
})();
