"use strict";
/* Links to a map, what of it is drawn, and one of its points:
   #map=HEAD/NAME&hide.truth=real,swap&point=VIDEO:SLOT, or VIDEO:SLOT.PERSON. */
(function (pageMap) {
  const HIDE = "hide.";

  /** Return {map, hidden, asked, point}; null where the address names no map.

      `hidden` is that of the filters, `asked` the point as it was written (or empty), `point`
      {video, slot, person}, or null where none is named or it is written in another way. */
  function parse(hash) {
    if (!hash.startsWith("#map=")) return null;
    const parts = new Map();
    const hidden = {};
    for (const part of hash.slice(1).split("&")) {
      const at = part.indexOf("=");
      const [key, value] = [part.slice(0, at), part.slice(at + 1)];
      if (key.startsWith(HIDE)) hidden[key.slice(HIDE.length)] = value.split(",").map(readable);
      else parts.set(key, readable(value));
    }
    const asked = parts.get("point") || "";
    const found = /^(.*):(\d+)(?:\.(\d+))?$/s.exec(asked);
    const point = found && { video: found[1], slot: +found[2], person: +(found[3] || 0) };
    return { map: parts.get("map"), hidden, asked, point };
  }

  /** Return the address of a map, of what is hidden on it, and of a point where one is given. */
  function format(map, hidden, point) {
    const filters = Object.entries(hidden).map(([key, names]) => `&${HIDE}${key}=${names.map(escaped).join(",")}`);
    const begin = `#map=${escaped(map)}${filters.join("")}`;
    if (!point) return begin;
    const person = point.person ? `.${point.person}` : "";
    return `${begin}&point=${escaped(point.video)}:${point.slot}${person}`;
  }

  function escaped(text) {
    return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");
  }

  function readable(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a link that was typed: looked up as it stands
    }
  }

  pageMap.address = { parse, format };
})(window.pageMap);
