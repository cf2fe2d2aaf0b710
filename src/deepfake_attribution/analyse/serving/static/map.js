// The map of known crops with one video on it. A class is one path: thousands of points stay quick.

import { draw, make } from "./dom.js";

const SIDE = 100; // of the longer side, in units of the drawing
const SIZE = 0.75;
// Told apart by colour-blind eyes; the report's colours. Reals are circles, no attack is.
const COLOURS = ["#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#882255", "#999933", "#332288", "#44aa99", "#cc6677", "#661100", "#117733", "#aa4499"];
const SHAPES = [
  (s) => `m${-s} ${-s}h${2 * s}v${2 * s}h${-2 * s}z`,
  (s) => `m0 ${-1.2 * s}l${1.1 * s} ${2 * s}h${-2.2 * s}z`,
  (s) => `m0 ${-1.3 * s}l${1.3 * s} ${1.3 * s}l${-1.3 * s} ${1.3 * s}l${-1.3 * s} ${-1.3 * s}z`,
  (s) => `m0 ${1.2 * s}l${1.1 * s} ${-2 * s}h${-2.2 * s}z`,
  (s) => `m${-0.4 * s} ${-1.2 * s}h${0.8 * s}v${0.8 * s}h${0.8 * s}v${0.8 * s}h${-0.8 * s}v${0.8 * s}h${-0.8 * s}v${-0.8 * s}h${-0.8 * s}v${-0.8 * s}h${0.8 * s}z`,
];
const CIRCLE = (s) => `m${-s} 0a${s} ${s} 0 1 0 ${2 * s} 0a${s} ${s} 0 1 0 ${-2 * s} 0z`;
const STAR = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map((corner) => {
    const [length, angle] = [corner % 2 ? 1.3 : 3.2, (corner * Math.PI) / 5];
    return `${(length * Math.sin(angle)).toFixed(2)},${(-length * Math.cos(angle)).toFixed(2)}`;
  })
  .join(" ");

export function knownMap(known, place) {
  if (!known.x.length) return null;
  const { width, height, at } = frame(known, place);
  const paths = known.classes.map(() => []);
  known.x.forEach((x, number) => {
    const kind = known.kind[number];
    const [across, down] = at(x, known.y[number]);
    paths[kind].push(`M${across} ${down}${look(known, kind).shape(SIZE)}`);
  });
  const [across, down] = at(...place);
  const star = (name) => draw("polygon", { points: STAR, class: name, transform: `translate(${across} ${down})` });
  const text = `Map of ${known.x.length} known crops; a star marks this video`;
  const picture = draw(
    "svg",
    { class: "map", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": text },
    paths.map((parts, kind) => draw("path", { d: parts.join(""), ...look(known, kind).ink })),
    star("halo"),
    star("here"),
  );
  const count = known.of > known.x.length ? `${known.x.length} of ${known.of}` : known.x.length;
  const words = `${count} crops of known test videos. Near each other means alike to the model; the video was put beside the known crops that it is most like.`;
  return make("figure", {}, picture, legend(known), make("figcaption", {}, words));
}

function look(known, kind) {
  if (known.classes[kind].name === "real") return { ink: { class: "real" }, shape: CIRCLE };
  const attack = known.classes.slice(0, kind).filter((one) => one.name !== "real").length;
  return { ink: { fill: COLOURS[attack % COLOURS.length] }, shape: SHAPES[attack % SHAPES.length] };
}

function frame(known, place) {
  const [xs, ys] = [[...known.x, place[0]], [...known.y, place[1]]];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const unit = SIDE / (Math.max(right - left, high - low) || 1);
  const edge = 4;
  const round = (value) => Math.round(100 * value) / 100;
  return {
    width: round(unit * (right - left) + 2 * edge),
    height: round(unit * (high - low) + 2 * edge),
    at: (x, y) => [round(unit * (x - left) + edge), round(unit * (high - y) + edge)],
  };
}

function legend(known) {
  const sign = (attributes, d) => draw("svg", { viewBox: "-1.5 -1.5 3 3", "aria-hidden": "true" }, draw("path", { ...attributes, d }));
  const rows = known.classes.map((one, kind) => {
    const { ink, shape } = look(known, kind);
    return make("li", {}, sign(ink, `M0 0${shape(1)}`), one.trained ? one.name : `${one.name} (not trained on)`);
  });
  const star = draw("svg", { viewBox: "-3.6 -3.6 7.2 7.2", "aria-hidden": "true" }, draw("polygon", { points: STAR, class: "here" }));
  return make("ul", { class: "legend" }, make("li", {}, star, make("strong", {}, "this video")), rows);
}
