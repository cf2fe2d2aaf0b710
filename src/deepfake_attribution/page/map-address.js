"use strict";
/* Links to a map and to one of its points: #map=HEAD/NAME&point=VIDEO:SLOT, or VIDEO:SLOT.PERSON. */
(function (pageMap) {
  /** Return {map, point: {video, slot, person} or null}; null where the address names no map. */
  function parse(hash) {
    if (!hash.startsWith("#map=")) return null;
    const parts = new Map(hash.slice(1).split("&").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), readable(part.slice(at + 1))];
    }));
    const found = /^(.*):(\d+)(?:\.(\d+))?$/s.exec(parts.get("point") || "");
    const point = found && { video: found[1], slot: +found[2], person: +(found[3] || 0) };
    return { map: parts.get("map"), point };
  }

  /** Return the address of a map, and of a point of it where one is given. */
  function format(map, point) {
    if (!point) return `#map=${escaped(map)}`;
    const person = point.person ? `.${point.person}` : "";
    return `#map=${escaped(map)}&point=${escaped(point.video)}:${point.slot}${person}`;
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
