// A crop in large, and those before and after it.

import { byId } from "./dom.js";

let pictures = [];
let place = 0;

export function openViewer(all, first) {
  pictures = all;
  show(first);
  byId("viewer").showModal();
}

function show(next) {
  place = Math.max(0, Math.min(pictures.length - 1, next));
  const picture = pictures[place];
  byId("viewer-head").textContent = picture.head;
  byId("viewer-image").src = picture.address;
  byId("viewer-image").alt = `The face in ${picture.head.toLowerCase()}`;
  byId("viewer-caption").textContent = picture.caption;
  byId("viewer-before").disabled = place === 0;
  byId("viewer-after").disabled = place === pictures.length - 1;
}

byId("viewer-close").addEventListener("click", () => byId("viewer").close());
byId("viewer-before").addEventListener("click", () => show(place - 1));
byId("viewer-after").addEventListener("click", () => show(place + 1));
byId("viewer").addEventListener("click", (event) => {
  if (event.target === byId("viewer")) byId("viewer").close(); // beside the picture
});
byId("viewer").addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") show(place - 1);
  if (event.key === "ArrowRight") show(place + 1);
});
