// The panel of one video: what happens to it, then its result as the server draws it.

import { byId } from "./dom.js";
import { askHtml } from "./server.js";

const NONE = "The result of a video appears here.";

let shown = null; // the video whose result is shown, or being fetched
let fetching = new AbortController();

export async function showPanel(video) {
  if (video !== null && video === shown) return;
  shown = null;
  fetching.abort();
  if (video?.state !== "done") return showPending(video?.name ?? "", video?.line.textContent ?? NONE);
  shown = video;
  fetching = new AbortController();
  try {
    const html = await askHtml(`videos/${video.id}/result.html`, fetching.signal);
    if (video !== shown) return; // another one was chosen meanwhile, or this one was removed
    byId("outcome").innerHTML = html; // the server has escaped every name and reason in it
    byId("outcome").hidden = false;
    window.page.tables(byId("outcome")); // as in the report: sorted, filtered, copied
    byId("pending").hidden = true;
  } catch (refusal) {
    if (video !== shown) return;
    shown = null;
    showPending(video.name, refusal.message);
  }
}

function showPending(name, state) {
  byId("outcome").replaceChildren();
  byId("outcome").hidden = true;
  byId("pending").hidden = false;
  byId("pending-name").textContent = name;
  byId("pending-name").hidden = !name;
  byId("pending-state").textContent = state;
}
