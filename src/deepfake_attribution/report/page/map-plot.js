"use strict";
/* One map as plotly draws it: points, zoom, pan; and the rings around those that are pointed at. */
(function (pageMap) {
  const SPACE = "http://www.w3.org/2000/svg";
  const CONFIG = { displayModeBar: false, scrollZoom: true, doubleClick: "reset", responsive: true };

  /** Whether the browser can draw with WebGL. */
  function hasWebGL() {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl") || canvas.getContext("experimental-webgl"));
  }

  /** A map in `frame`; `events` are called with a point: hovered(point or null), chosen(point). */
  class Plot {
    constructor(frame, events) {
      this.place = frame.querySelector(".map-plot");
      this.rings = frame.querySelector(".map-rings");
      this.events = events;
      this.ready = false;
      this.marked = { point: null, neighbours: [] };
      this.found = null; // a Set of points that stand out; the others fade
    }

    /** Draw the points of `map` that `shown(point)` lets pass; a new `name` shows the whole map. */
    async draw(name, crops, map, shown) {
      this.map = map;
      this.points = crops.classes.map(() => []); // of each trace, which holds a true class
      for (let point = 0; point < map.size; point++) {
        if (shown(point)) this.points[map.attack(point)].push(point);
      }
      const traces = this.points.map((points, attack) => this.trace(points, crops.classes[attack]));
      await window.Plotly.react(this.place, traces, this.layout(name), CONFIG);
      if (!this.ready) this.listen();
      this.ring();
      return this.points.reduce((sum, points) => sum + points.length, 0);
    }

    trace(points, shape) {
      const map = this.map;
      const ink = colour(this.place, "--map-ink");
      const edge = colour(this.place, "--map-edge");
      const [opacity, thin] = ["--map-opacity", "--map-edge-width"].map((name) => Number(colour(this.place, name)));
      return {
        type: "scattergl",
        mode: "markers",
        x: points.map((point) => map.x[point]),
        y: points.map((point) => map.y[point]),
        visible: points.length > 0,
        hoverinfo: "none",
        marker: {
          symbol: shape.symbol,
          size: map.size < 1000 ? 10 : map.size < 5000 ? 8 : 6,
          opacity: this.found ? points.map((point) => (this.found.has(point) ? 1 : 0.12)) : opacity,
          color: points.map((point) => map.predictions[map.predicted[point]].colour),
          line: {
            width: points.map((point) => (map.wrongSide(point) ? 1.3 : thin)),
            color: points.map((point) => (map.wrongSide(point) ? ink : edge)),
          },
        },
      };
    }

    layout(name) {
      const hidden = { visible: false, showgrid: false, zeroline: false };
      const { x, y } = this.map.bounds;
      return {
        uirevision: name, // filters keep the place that was zoomed to
        xaxis: { ...hidden, range: widened(x) },
        yaxis: { ...hidden, range: widened(y), scaleanchor: "x" },
        margin: { l: 0, r: 0, t: 0, b: 0 },
        dragmode: false, // map-pan.js drags it
        hovermode: "closest",
        hoverdistance: 12,
        showlegend: false,
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
      };
    }

    listen() {
      this.ready = true;
      const pointOf = (event) => {
        const found = event.points[0];
        return this.points[found.curveNumber][found.pointNumber];
      };
      this.place.on("plotly_hover", (event) => this.events.hovered(pointOf(event)));
      this.place.on("plotly_unhover", () => this.events.hovered(null));
      this.place.on("plotly_click", (event) => this.events.chosen(pointOf(event)));
      for (const name of ["plotly_relayouting", "plotly_relayout", "plotly_afterplot"]) {
        this.place.on(name, () => this.ring());
      }
      // The wheel zooms once the map was clicked or tabbed to; before, it scrolls the page.
      this.place.addEventListener("wheel", (event) => {
        if (document.activeElement !== this.place) event.stopPropagation();
      }, { capture: true });
      this.place.addEventListener("pointerdown", () => this.place.focus({ preventScroll: true }));
      pageMap.draggable(this.place, () => [this.place.querySelector(".gl-container"), this.rings], {
        started: () => this.events.hovered(null),
        moved: (dx, dy) => this.shift(dx, dy),
      });
    }

    /** Show what lies this many pixels beside what is in view. */
    shift(dx, dy) {
      const { xaxis, yaxis } = this.place._fullLayout;
      const by = (axis, pixels) => (pixels * (axis.range[1] - axis.range[0])) / axis._length;
      const along = (range, step) => [range[0] + step, range[1] + step];
      return window.Plotly.relayout(this.place, {
        "xaxis.range": along(xaxis.range, -by(xaxis, dx)),
        "yaxis.range": along(yaxis.range, by(yaxis, dy)),
      });
    }

    /** Fit the map to its place, which has another size. */
    resize() {
      if (this.ready) window.Plotly.Plots.resize(this.place);
    }

    /** Return where a point is, in pixels of the frame. */
    pixel(point) {
      const { xaxis, yaxis } = this.place._fullLayout;
      return {
        left: xaxis._offset + xaxis.l2p(this.map.x[point]),
        top: yaxis._offset + yaxis.l2p(this.map.y[point]),
      };
    }

    /** Mark a point and its neighbours with rings; null marks none. */
    mark(point) {
      this.marked = { point, neighbours: point === null ? [] : this.map.neighbours(point) };
      this.ring();
    }

    ring() {
      this.rings.replaceChildren();
      if (!this.ready || this.marked.point === null) return;
      const here = this.pixel(this.marked.point);
      for (const other of this.marked.neighbours) {
        const there = this.pixel(other);
        const line = document.createElementNS(SPACE, "line");
        const ends = { x1: here.left, y1: here.top, x2: there.left, y2: there.top };
        for (const [key, value] of Object.entries(ends)) line.setAttribute(key, value);
        this.rings.append(line, circle(there, 8));
      }
      this.rings.append(circle(here, 12));
    }

    /** Zoom by a factor around the middle; 0 shows the whole map. */
    zoom(factor) {
      const { xaxis, yaxis } = this.place._fullLayout;
      const { x, y } = this.map.bounds;
      const ranges = factor
        ? [scaled(xaxis.range, factor), scaled(yaxis.range, factor)]
        : [widened(x), widened(y)];
      return window.Plotly.relayout(this.place, { "xaxis.range": ranges[0], "yaxis.range": ranges[1] });
    }

    /** Move the map so that a point is in view. */
    reveal(point) {
      const { xaxis, yaxis } = this.place._fullLayout;
      const [x, y] = [this.map.x[point], this.map.y[point]];
      if (inside(xaxis.range, x) && inside(yaxis.range, y)) return;
      const moved = (range, middle) => {
        const half = (range[1] - range[0]) / 2;
        return [middle - half, middle + half];
      };
      window.Plotly.relayout(this.place, {
        "xaxis.range": moved(xaxis.range, x),
        "yaxis.range": moved(yaxis.range, y),
      });
    }

    /** Return the drawn point nearest to the middle of what is in view; null where none is drawn. */
    middle() {
      const { xaxis, yaxis } = this.place._fullLayout;
      const [x, y] = [mean(xaxis.range), mean(yaxis.range)];
      return this.best((dx, dy) => Math.hypot(dx, dy), x, y, null);
    }

    /** Return the drawn point that lies next in a direction (dx, dy), y up; null for none. */
    next(point, dx, dy) {
      const away = (x, y) => {
        const along = x * dx + y * dy;
        const aside = Math.abs(x * dy - y * dx);
        return along > 0 && aside <= along ? along + 2 * aside : Infinity;
      };
      return this.best(away, this.map.x[point], this.map.y[point], point);
    }

    best(away, x, y, except) {
      let [found, least] = [null, Infinity];
      for (const points of this.points) {
        for (const point of points) {
          const distance = point === except ? Infinity : away(this.map.x[point] - x, this.map.y[point] - y);
          if (distance < least) [found, least] = [point, distance];
        }
      }
      return found;
    }
  }

  function colour(place, name) {
    return getComputedStyle(place).getPropertyValue(name).trim();
  }

  function widened([low, high]) {
    const margin = (high - low) * 0.04 || 1;
    return [low - margin, high + margin];
  }

  function scaled([low, high], factor) {
    const [middle, half] = [(low + high) / 2, (high - low) / 2 / factor];
    return [middle - half, middle + half];
  }

  function inside([low, high], value) {
    return low < value && value < high;
  }

  function mean([low, high]) {
    return (low + high) / 2;
  }

  function circle({ left, top }, radius) {
    const made = document.createElementNS(SPACE, "circle");
    for (const [key, value] of Object.entries({ cx: left, cy: top, r: radius })) made.setAttribute(key, value);
    return made;
  }

  Object.assign(pageMap, { Plot, hasWebGL });
})(window.pageMap);
