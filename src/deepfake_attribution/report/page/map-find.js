"use strict";
/* Videos on a map, found by a part of their name. */
(function (pageMap) {
  /** Return the numbers of the videos that have a point on the map, in order. */
  function videosOn(map) {
    const there = new Set(Array.from({ length: map.size }, (_, point) => map.video(point)));
    return [...there].sort((one, other) => one - other);
  }

  /** Return {videos, points}: what has `text` in its name; one video only where it is a whole name. */
  function find({ crops, map }, text) {
    const words = text.toLowerCase();
    const named = videosOn(map).filter((video) => crops.videos[video].toLowerCase().includes(words));
    const whole = named.filter((video) => crops.videos[video] === text);
    const videos = new Set(whole.length ? whole : named);
    const points = [];
    for (let point = 0; point < map.size; point++) if (videos.has(map.video(point))) points.push(point);
    points.sort((one, other) => map.crop[one] - map.crop[other]); // a video's first frame first
    return { videos: videos.size, points };
  }

  Object.assign(pageMap, { videosOn, find });
})(window.pageMap);
