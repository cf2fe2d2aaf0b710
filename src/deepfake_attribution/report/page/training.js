// Training curves: a panel for each head, a thin line for each further seed.
"use strict";

(() => {
  const { make, load, plots } = page;

  function traces(head) {
    return head.seeds.flatMap((curve, place) => {
      const thin = place > 0;
      const line = (name, values, color, dash, more = {}) => ({
        type: "scatter", mode: "lines+markers", name, x: curve.epoch, y: values,
        line: { color, dash, width: thin ? 0.8 : 2 }, marker: { size: thin ? 3 : 5 },
        showlegend: !thin, legendgroup: name,
        hovertemplate: `seed ${curve.seed}, epoch %{x}: ${name} %{y:.4g}<extra></extra>`, ...more,
      });
      const best = curve.epoch.indexOf(curve.best);
      const kept = {
        type: "scatter", mode: "markers", name: "kept", x: [curve.best], y: [curve.val_loss[best]],
        marker: { size: 13, color: "rgba(0,0,0,0)", line: { color: plots.colour("fake"), width: 2 } },
        showlegend: !thin, hoverinfo: "skip",
      };
      const shown = [
        line("training loss", curve.train_loss, plots.colour("quiet"), "dot"),
        line("validation loss", curve.val_loss, plots.colour("real"), "solid"),
        kept,
      ];
      if (!curve.val_auc) return shown;
      return [...shown, line("validation AUC", curve.val_auc, plots.colour("arcface"), "dash", { yaxis: "y2" })];
    });
  }

  function draw(element, head) {
    return plots.draw(element, () => ({
      traces: traces(head),
      layout: {
        title: plots.title(head.name),
        height: 340,
        margin: { l: 50, r: 50, t: 34, b: 45 },
        xaxis: plots.axis("epoch", { dtick: Math.max(1, Math.ceil(head.seeds[0].epoch.length / 10)) }),
        yaxis: plots.axis("loss"),
        yaxis2: plots.axis("AUC, %", { overlaying: "y", side: "right", tickmode: "auto", nticks: 6, showgrid: false }),
        legend: { orientation: "h", y: -0.3, font: { size: 11 } },
      },
    }));
  }

  async function training(element) {
    const { seeds, heads } = await load("training");
    const caption = make("p", { class: "caption" });
    caption.textContent = "Mean loss per crop of each epoch, and AUC of the validation crops. The ringed "
      + "epoch, of the lowest validation loss, is kept. Losses of two heads do not compare. "
      + (seeds.length > 1 ? `Seed ${seeds[0]}; thin: seeds ${seeds.slice(1).join(", ")}.` : `Seed ${seeds[0]}.`);
    const panels = make("div", { class: "panels" });
    element.append(caption, panels);
    const label = (head) => `Training of ${head.name}`;
    const places = heads.map((head) => make("div", { class: "plot", role: "img", "aria-label": label(head) }));
    panels.append(...places); // before any is drawn: the first would take the whole width
    heads.forEach((head, place) => draw(places[place], head));
  }

  plots.define("training", training);
})();
