// Videos that lie in the server's folder: found by typing, taken by a button each.

import { button, byId, make } from "./dom.js";
import { ask } from "./server.js";

const SHOWN = 200; // buttons at a time: more are found by typing

export function openFolder(take) {
  let names = [];
  const show = () => {
    const words = byId("filter").value.toLowerCase().split(/\s+/);
    const found = names.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
    byId("count").textContent = `${Math.min(found.length, SHOWN)} of ${names.length}`;
    const rows = found.slice(0, SHOWN).map((name) => make("li", {}, button(name, () => take(name))));
    byId("names").replaceChildren(...rows);
  };
  const load = async () => {
    try {
      names = (await ask("folder")).names;
      show();
    } catch (refusal) {
      byId("count").textContent = refusal.message;
    }
  };
  byId("filter").addEventListener("input", show);
  byId("folder").addEventListener("toggle", () => byId("folder").open && load());
  load();
}
