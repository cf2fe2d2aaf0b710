"use strict";
/* The legend, which is also the filter: what is unticked is not drawn. */
(function (pageMap) {
  const { element, swatch, shape } = pageMap;

  /** The filters of one map: `shown(point)` says whether a point passes; `changed` is called. */
  class Filters {
    constructor(place, crops, map, changed) {
      this.groups = [
        group("Called (colour)", map.predictions.map((each) => swatch(each.colour, each.name)),
          (point) => map.predicted[point]),
        group("Truth (shape)", crops.classes.map((each) => shape(each.outline, each.label)),
          (point) => map.attack(point)),
        group("Database", crops.databases, (point) => crops.database[map.video(point)]),
        group("Compression", crops.compressions.map((name) => name || "not known"),
          (point) => crops.compression[map.video(point)]),
        group("Real or fake", ["rightly called", "wrongly called (strong edge)"],
          (point) => (map.wrongSide(point) ? 1 : 0)),
      ];
      place.replaceChildren(...this.groups.map((each) => fieldset(each, map.size, changed)).filter(Boolean));
    }

    shown(point) {
      return this.groups.every((each) => each.ticked[each.of(point)]);
    }

    /** Tick everything. */
    reset() {
      for (const each of this.groups) tick(each, true);
    }
  }

  function group(title, labels, of) {
    return { title, labels, of, ticked: labels.map(() => true), boxes: [] };
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
    const legend = /colour|shape/.test(each.title);
    if (there < 2 && !legend) return null;
    const made = element("fieldset", "", element("legend", "", each.title));
    each.labels.forEach((label, number) => {
      if (!counts[number]) return;
      const box = element("input");
      box.type = "checkbox";
      box.checked = true;
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
