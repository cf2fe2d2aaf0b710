// The page: what comes in, the list of videos, and which result is looked at.

import { byId } from "./dom.js";
import { openFolder } from "./folder.js";
import { showPanel } from "./result.js";
import { Video } from "./video.js";

const AT_ONCE = 3; // videos of this page at the server; the others wait here, so that others can send
const STORE = "videos";

const videos = [];
let chosen = null;

const page = { select, changed, sent: begin, say, forget };

function say(text) {
  byId("live").textContent = text;
}

function add(name, source, problem = "") {
  const video = new Video(name, source, page);
  videos.push(video);
  byId("videos").append(video.row);
  byId("none").hidden = true;
  if (problem) video.fail(problem);
  begin();
}

// Sent one after another, so that they are judged in the order of the list.
function begin() {
  const begun = videos.filter((video) => video.begun && !video.over);
  let room = begun.some((video) => video.id === null) ? 0 : AT_ONCE - begun.length;
  for (const video of videos) {
    if (video.begun || video.over || (room <= 0 && video.id === null)) continue;
    video.begun = true;
    room = video.id === null ? 0 : room - 1;
    video.run().finally(begin);
  }
}

function addFiles(files) {
  for (const file of files) add(file.name, { file }, refusal(file));
}

// What the server would refuse, shown before anything is sent.
function refusal(file) {
  const suffixes = byId("files").accept.split(",");
  const suffix = file.name.includes(".") ? `.${file.name.split(".").pop().toLowerCase()}` : "";
  if (!suffixes.includes(suffix)) return `neither a video nor an image by its suffix; taken are ${suffixes.join(", ")}`;
  if (file.size === 0) return "the file is empty";
  const most = Number(byId("files").dataset.mostBytes);
  if (file.size > most) return `${megabytes(file.size)}: larger than ${most / 1e6} MB, the most that is taken`;
  return "";
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function select(video) {
  chosen = video;
  for (const other of videos) other.choose.setAttribute("aria-current", String(other === video));
  showPanel(video);
}

function changed(video) {
  sessionStorage.setItem(STORE, JSON.stringify(videos.filter((one) => one.id).map((one) => [one.id, one.name])));
  if (video === chosen || (chosen === null && video.state === "done")) select(video);
}

function forget(video) {
  const place = videos.indexOf(video);
  videos.splice(place, 1);
  video.row.remove();
  say(`${video.name}: removed`);
  byId("none").hidden = videos.length > 0;
  const next = videos[Math.min(place, videos.length - 1)];
  if (next) next.choose.focus();
  else byId("files").focus();
  if (video === chosen) {
    chosen = null;
    if (next?.state === "done") select(next);
    else showPanel(null);
  }
  changed(null);
  begin();
}

function takeDrops() {
  const drop = byId("drop");
  byId("files").addEventListener("change", (event) => {
    addFiles(event.target.files);
    event.target.value = ""; // the same file may be chosen again
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault(); // a miss must not open the video in the page's place
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") addFiles(event.dataTransfer.files);
    });
  }
}

showPanel(null);
takeDrops();
if (byId("folder")) openFolder((name) => add(name, { pick: name }));
byId("main").hidden = false;
for (const [id, name] of JSON.parse(sessionStorage.getItem(STORE) ?? "[]")) add(name, { id });
