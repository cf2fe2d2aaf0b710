"use strict";
/* Thumbnails out of the sheets, and the other small pieces that card and panel consist of. */
(function (pageMap) {
  /** Return an element; `children` are elements or text. */
  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  /** Return the thumbnail of a crop, `side` pixels wide. */
  function face(crops, folder, crop, side) {
    const perSheet = crops.across * crops.down;
    const sheet = Math.floor(crop / perSheet);
    const place = crop % perSheet;
    const rows = Math.ceil(Math.min(perSheet, crops.video.length - sheet * perSheet) / crops.across);
    const made = element("span", "map-face");
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", `Face in frame ${crops.frame[crop]}`);
    made.style.width = made.style.height = `${side}px`;
    made.style.backgroundImage = `url("${folder}${crops.sheets[sheet]}")`;
    made.style.backgroundSize = `${crops.across * side}px ${rows * side}px`;
    const [left, top] = [place % crops.across, Math.floor(place / crops.across)];
    made.style.backgroundPosition = `${-left * side}px ${-top * side}px`;
    return made;
  }

  /** Return the evidence map of a point's video, `side` pixels wide; nothing where there is none. */
  function evidence(view, point, side) {
    const sheet = view.map.evidence;
    const found = sheet && sheet.videos[view.map.video(point)];
    if (!found || view.crops.person[view.map.crop[point]]) return []; // maps are of the main person
    const [place, slot] = found;
    const made = element("span", "map-face");
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", `Evidence map of frame number ${slot}`);
    made.style.width = made.style.height = `${side}px`;
    made.style.backgroundImage = `url("${sheet.sheet}")`;
    made.style.backgroundSize = `${sheet.across * side}px ${sheet.rows * side}px`;
    const [left, top] = [place % sheet.across, Math.floor(place / sheet.across)];
    made.style.backgroundPosition = `${-left * side}px ${-top * side}px`;
    const text = `Evidence map, number ${slot}: orange speaks for fake, blue for real`;
    return [made, element("span", "map-quiet", text)];
  }

  /** Return a coloured square with the name of a class. */
  function swatch(colour, text) {
    const square = element("span", "map-swatch");
    square.style.background = colour;
    return element("span", "map-class", square, text);
  }

  /** Return the shape of a true class with its name. */
  function shape(outline, text) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    picture.setAttribute("viewBox", "-1.3 -1.3 2.6 2.6");
    picture.setAttribute("class", "map-shape");
    picture.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", outline);
    picture.append(path);
    return element("span", "map-class", picture, text);
  }

  /** Return a score as text; a missing one gets a text, too. */
  function score(value) {
    return Number.isFinite(value) ? value.toFixed(3) : "no score";
  }

  /** Return what the threshold says of a point, as one word or two. */
  function side(map, point) {
    if (map.threshold === null) return "no threshold";
    return ["fake", "real", "no score"][map.above[point]];
  }

  /** Return what the threshold says of a point, with its score and the threshold. */
  function ruling(map, point) {
    if (map.threshold === null) return `there is none; score ${score(map.score[point])}`;
    if (map.above[point] === 2) return "no score";
    let digits = 3; // more where score and threshold would look the same
    const text = (value) => value.toFixed(digits);
    while (digits < 5 && text(map.score[point]) === text(map.threshold)) digits++;
    return `${side(map, point)}: score ${text(map.score[point])}, real above ${text(map.threshold)}`;
  }

  /** Return the face of a point, its facts and its neighbours; `choose` is called with a point. */
  function facts(view, point, width) {
    const { crops, map, folder } = view;
    const crop = map.crop[point];
    const video = crops.video[crop];
    const truth = crops.classes[crops.attack[video]];
    const predicted = map.predictions[map.predicted[point]];
    const person = crops.person[crop] ? `, person ${crops.person[crop]}` : "";
    const list = element("dl", "map-facts");
    for (const [name, value] of [
      ["video", crops.videos[video]],
      ["frame", `${crops.frame[crop]}, number ${crops.slot[crop]} of those asked for${person}`],
      ["truth", shape(truth.outline, truth.label)],
      ...(map.by === "class" ? [["most probable class", swatch(predicted.colour, predicted.name)]] : []),
      ["at the threshold", map.by === "class" ? ruling(map, point) : swatch(predicted.colour, ruling(map, point))],
    ]) list.append(element("dt", "", name), element("dd", "", value));
    const pictures = element("div", "map-views", face(crops, folder, crop, width), ...evidence(view, point, width));
    pictures.style.width = `${width}px`;
    return element("div", "map-about", pictures, list);
  }

  /** Return the row of a point's neighbours; with `choose`, they are buttons. */
  function neighbours(view, point, choose) {
    const { crops, map, folder } = view;
    const row = element("div", "map-near");
    for (const other of map.neighbours(point)) {
      const truth = crops.classes[map.attack(other)];
      const made = element(choose ? "button" : "span", "map-frame-button",
        face(crops, folder, map.crop[other], 48), shape(truth.outline, truth.name.replaceAll("_", "_\u200b"))); // breaks there
      made.title = crops.videos[map.video(other)];
      if (choose) {
        made.type = "button";
        made.addEventListener("click", () => choose(other));
      }
      row.append(made);
    }
    if (!row.children.length) return element("p", "map-quiet", "No other video on this map.");
    return element("div", "", element("p", "map-quiet", "Nearest crops of other videos, by embedding"), row);
  }

  Object.assign(pageMap, { element, face, swatch, shape, score, side, facts, neighbours });
})(window.pageMap);
