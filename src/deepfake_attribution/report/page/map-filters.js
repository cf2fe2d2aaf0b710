"use strict";
/* The legend, which is also the filter: what is unticked is not drawn. */
(function (pageMap) {
  const { element, swatch, shape } = pageMap;

  /** The filters of one map: `shown(point)` says whether a point passes; `changed` is called. */
  class Filters {
    /** `places` are for the legend and for the other filters; `hidden` is what a link leaves out. */
    constructor(places, crops, map, hidden, changed) {
      const names = (list) => list.map((each) => each.name);
      const byClass = map.by === "class";
      this.groups = [
        group("colour", byClass ? "Most probable class (colour)" : "At the threshold (colour)",
          map.predictions.map((each) => swatch(each.colour, each.name)), (point) => map.predicted[point],
          names(map.predictions)),
        group("truth", "Truth (shape)", crops.classes.map((each) => shape(each.outline, each.label)),
          (point) => map.attack(point), names(crops.classes)),
        group("database", "Database", crops.databases, (point) => crops.database[map.video(point)]),
        group("compression", "Compression", crops.compressions.map((name) => name || "not known"),
          (point) => crops.compression[map.video(point)]),
        group("edge", `Real or fake, ${byClass ? "by the most probable class" : "at the threshold"}`,
          ["right", "wrong (strong edge)"], (point) => (map.wrongSide(point) ? 1 : 0), ["right", "wrong"]),
        ...(byClass ? [group("threshold", "Real or fake, at the threshold", ["right", "wrong", "no score"],
          (point) => map.atThreshold(point))] : []),
      ];
      this.hide(hidden);
      const boxes = (groups) => groups.map((each) => fieldset(each, map.size, changed)).filter(Boolean);
      places[0].replaceChildren(...boxes(this.groups.slice(0, 2))); // the legend
      places[1].replaceChildren(...boxes(this.groups.slice(2)));
      places[1].parentElement.hidden = !places[1].children.length;
    }

    shown(point) {
      return this.groups.every((each) => each.ticked[each.of(point)]);
    }

    /** Return what is not drawn: for each group with a tick removed, the names of these ticks. */
    hidden() {
      const removed = (each) => each.names.filter((_, number) => !each.ticked[number]);
      return Object.fromEntries(this.groups.map((each) => [each.key, removed(each)]).filter(([, names]) => names.length));
    }

    /** Remove the ticks that `hidden()` has named; what is not here is passed over. */
    hide(hidden) {
      for (const each of this.groups) {
        const removed = new Set(hidden[each.key] || []);
        each.names.forEach((name, number) => { if (removed.has(name)) each.ticked[number] = false; });
      }
    }

    /** Tick everything. */
    reset() {
      for (const each of this.groups) tick(each, true);
    }
  }

  function group(key, title, labels, of, names = labels) {
    return { key, title, labels, of, names, ticked: labels.map(() => true), boxes: [] };
  }

  function tick(each, value) {
    each.ticked.fill(value);
    for (const box of each.boxes) box.checked = value;
  }

  /** Return the boxes of a group; null where all points are of one kind and nothing is coloured. */
  function fieldset(each, size, changed) {
    const counts = each.labels.map(() => 0);
    for (let point = 0; point < size; point++) counts[each.of(point)]++;
    const there = counts.filter(Boolean).length;
    const legend = ["colour", "truth"].includes(each.key);
    if (there < 2 && !legend) return null;
    const made = element("fieldset", "", element("legend", "", each.title));
    each.labels.forEach((label, number) => {
      if (!counts[number]) return;
      const box = element("input");
      box.type = "checkbox";
      box.checked = each.ticked[number];
      box.dataset.label = typeof label === "string" ? label : label.textContent;
      box.addEventListener("change", () => {
        each.ticked[number] = box.checked;
        changed();
      });
      each.boxes.push(box);
      made.append(element("label", "", box, label, element("span", "map-quiet", ` ${counts[number]}`)));
    });
    if (there > 2) {
      for (const [text, value] of [["all", true], ["none", false]]) {
        const button = element("button", "map-small", text);
        button.type = "button";
        button.setAttribute("aria-label", `${each.title}: ${text}`);
        button.addEventListener("click", () => { tick(each, value); changed(); });
        made.append(button);
      }
    }
    return made;
  }

  pageMap.Filters = Filters;
})(window.pageMap);
