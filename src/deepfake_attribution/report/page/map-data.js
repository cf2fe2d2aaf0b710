"use strict";
/* The maps' data: columns unpacked, one object per map. */
window.pageMap = {};

(function (pageMap) {
  const ARRAYS = { Uint8Array, Uint16Array, Uint32Array, Float32Array };

  /** Return the array of a column that map_columns.py packed. */
  function unpack(column) {
    const text = atob(column.bytes);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return new ARRAYS[column.kind](bytes.buffer);
  }

  function unpackPlaces(column) {
    return Float32Array.from(unpack(column.steps), (step) => column.from + step * column.step);
  }

  /** Unpack what all maps share. Rows are numbered: videos, and crops in the order of the sheets. */
  function unpackCrops(raw) {
    const crops = { ...raw };
    for (const name of ["database", "attack", "compression", "video", "slot", "person", "frame"]) {
      crops[name] = unpack(raw[name]);
    }
    crops.first = new Uint32Array(raw.videos.length + 1).fill(crops.video.length); // of each video
    for (let crop = crops.video.length - 1; crop >= 0; crop--) crops.first[crops.video[crop]] = crop;
    crops.number = new Map(raw.videos.map((video, number) => [video, number]));
    return crops;
  }

  /** Unpack one map; points are numbered from 0. */
  function unpackMap(raw, crops) {
    const map = {
      x: unpackPlaces(raw.x),
      y: unpackPlaces(raw.y),
      crop: unpack(raw.crop),
      predicted: unpack(raw.predicted),
      score: unpack(raw.score),
      predictions: raw.predictions,
      by: raw.by,
      above: unpack(raw.above), // the threshold's word: 0 fake, 1 real, 2 no score
      threshold: raw.threshold,
      evidence: raw.evidence, // maps of some videos, see map_evidence.py; null: none
    };
    const near = unpack(raw.near);
    const counts = unpack(raw.near_count);
    const starts = new Uint32Array(counts.length + 1);
    counts.forEach((count, point) => { starts[point + 1] = starts[point] + count; });
    map.neighbours = (point) => near.subarray(starts[point], starts[point + 1]);
    map.size = map.crop.length;
    map.pointOf = new Int32Array(crops.video.length).fill(-1); // of each crop
    map.crop.forEach((crop, point) => { map.pointOf[crop] = point; });
    map.video = (point) => crops.video[map.crop[point]];
    map.attack = (point) => crops.attack[map.video(point)];
    map.isReal = (point) => crops.classes[map.attack(point)].name === "real";
    /** Whether the predicted class, which colours the point, calls a real video fake or a fake real. */
    map.wrongSide = (point) => map.isReal(point) !== (map.predictions[map.predicted[point]].name === "real");
    /** What the threshold makes of a point: 0 right, 1 wrong, 2 no score. */
    map.atThreshold = (point) => (map.above[point] === 2 ? 2 : Number(map.isReal(point) !== (map.above[point] === 1)));
    map.bounds = { x: extent(map.x), y: extent(map.y) };
    return map;
  }

  function extent(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high];
  }

  Object.assign(pageMap, { unpackCrops, unpackMap });
})(window.pageMap);
