"use strict";
/* The section with the maps: which map is shown, which point is chosen, and what follows from it. */
(function (pageMap) {
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const ZOOMS = { in: 1.6, out: 1 / 1.6, all: 0 };
  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "all" };

  class Section {
    constructor(root) {
      const one = (name) => root.querySelector(`.map-${name}`);
      Object.assign(this, {
        root, choice: one("choice"), find: one("find"), count: one("count"), card: one("card"),
        panel: one("panel"), note: root.querySelector(".map-live ~ .map-note"), caption: one("described"), frame: one("frame"),
        groups: root.querySelectorAll(".map-groups"), live: one("live"), body: one("body"), filterBox: one("filters"),
        by: one("by"), videos: root.querySelector("datalist"), point: null, pointed: null, turn: 0,
      });
      this.plot = new pageMap.Plot(this.frame, {
        hovered: (point) => this.hover(point),
        chosen: (point) => this.choose(point),
      });
      this.compact = pageMap.compact(root, () => this.plot.resize());
    }

    start() {
      this.live.hidden = false;
      this.root.querySelector(".map-pictures").open = false;
      this.filterBox.open = true; // colours and shapes are explained there
      this.root.querySelector(".map-further").open = window.innerWidth > 700;
      pageMap.emptyPanel(this.panel);
      this.choice.addEventListener("change", () => {
        this.link(null, {});
        this.show(null);
      });
      this.find.addEventListener("change", () => this.findVideos());
      this.find.addEventListener("input", () => this.find.value || this.findVideos());
      this.plot.place.addEventListener("keydown", (event) => this.key(event));
      this.plot.place.addEventListener("blur", () => this.hover(null));
      for (const button of this.root.querySelectorAll("[data-zoom]")) {
        button.addEventListener("click", () => this.plot.ready && this.plot.zoom(ZOOMS[button.dataset.zoom]));
      }
      window.addEventListener("hashchange", () => this.follow());
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
      const linked = pageMap.address.parse(location.hash);
      if (linked) this.follow();
      else window.page.near(this.root, () => this.view || this.show(null));
    }

    /** Show the map and the point that the address names, if it names any. */
    follow() {
      const linked = pageMap.address.parse(location.hash);
      if (!linked) return;
      this.compact.open();
      this.root.scrollIntoView();
      const known = [...this.choice.options].find((option) => option.value === linked.map);
      const wrong = known ? "" : `The link names a map that is not here: ${linked.map}.`;
      if (known) this.choice.value = linked.map;
      this.show(known ? linked : null, wrong);
    }

    /** Load and draw the map of the list's choice, with the filters and the point of `linked`, if any.

        `wrong` is an error message; the panel shows it. */
    async show(linked, wrong = "") {
      const option = this.choice.selectedOptions[0];
      const turn = ++this.turn; // another choice may come before this one is loaded
      this.caption.textContent = `${option.dataset.title}. ${option.dataset.caption}`;
      this.say("");
      if (!pageMap.hasWebGL() || !window.Plotly) return this.showPicture(option);
      try {
        const { root } = this;
        const [crops, raw] = await Promise.all([
          window.page.load(root.dataset.crops),
          window.page.load(option.dataset.name),
        ]);
        if (turn !== this.turn) return;
        this.crops = this.crops || pageMap.unpackCrops(crops);
        const map = pageMap.unpackMap(raw, this.crops);
        this.view = { crops: this.crops, map, folder: root.dataset.sprites };
        this.plot.found = null;
        this.found = "";
        this.find.value = "";
        this.by.textContent = goesBy(map);
        this.filters = new pageMap.Filters(this.groups, this.crops, map, linked?.hidden ?? {}, () => {
          this.link(this.point);
          this.redraw();
        });
        this.clear(wrong);
        this.listVideos();
        await this.redraw();
        if (turn === this.turn && linked?.asked) this.choosePlace(linked);
      } catch (error) {
        if (turn === this.turn) this.say(error.message);
      }
    }

    async redraw() {
      if (!this.view) return;
      const { map } = this.view;
      const drawn = await this.plot.draw(
        this.choice.value, this.crops, map, (point) => this.filters.shown(point));
      this.drawn = `${drawn} of ${map.size} points shown`;
      this.showCount();
    }

    /** Say how many points are drawn, and what was found. */
    showCount() {
      this.count.textContent = [this.drawn, this.found].filter(Boolean).join("; ");
    }

    /** Name the map, its filters and a point, or null, in the address; return that address. */
    link(point, hidden = this.filters.hidden()) {
      const place = point === null ? null : this.placeOf(point);
      const link = pageMap.address.format(this.choice.value, hidden, place);
      history.replaceState(null, "", link);
      return link;
    }

    placeOf(point) {
      const { crops, map } = this.view;
      const crop = map.crop[point];
      return { video: crops.videos[crops.video[crop]], slot: crops.slot[crop], person: crops.person[crop] };
    }

    /** Without WebGL: the picture that the pipeline has drawn. */
    showPicture(option) {
      const picture = pageMap.element("img", "map-picture");
      picture.src = option.dataset.picture;
      picture.alt = option.dataset.title;
      this.body.replaceChildren(picture);
      this.filterBox.hidden = this.find.parentElement.hidden = true;
      this.say("This browser offers no WebGL, which the live map needs; here is the map as a picture.");
    }

    hover(point) {
      this.pointed = point;
      this.plot.mark(point === null ? this.point : point);
      const pixel = point === null ? null : this.plot.pixel(point);
      pageMap.showCard(this.card, this.view, point, pixel);
    }

    /** Open the panel of a point, and name it in the address. */
    choose(point) {
      this.point = point;
      this.compact.chosen(true);
      const link = this.link(point);
      this.plot.reveal(point);
      this.plot.mark(point);
      pageMap.showPanel(this.panel, this.view, point, link, (other) => this.choose(other), () => this.close());
    }

    /** Choose the point that a link asks for; says so in the panel where the map has none. */
    choosePlace({ asked, point: place }) {
      const { crops, map } = this.view;
      const wrong = `The link names a point that is not on this map: ${asked}.`;
      if (!place) return this.clear(wrong);
      const video = crops.number.get(place.video);
      for (let crop = crops.first[video]; crops.video[crop] === video && video !== undefined; crop++) {
        if (crops.slot[crop] !== place.slot || crops.person[crop] !== place.person) continue;
        if (map.pointOf[crop] < 0) break;
        this.uncover(map.pointOf[crop]);
        return this.choose(map.pointOf[crop]);
      }
      this.clear(wrong);
    }

    /** Drop the filters where they hide a point that was asked for. */
    uncover(point) {
      if (this.filters.shown(point)) return;
      this.filters.reset();
      this.redraw();
    }

    close() {
      this.clear();
      if (pageMap.address.parse(location.hash)) this.link(null);
    }

    /** Choose no point; the panel says what is `wrong`, if anything. */
    clear(wrong = "") {
      this.point = null;
      this.compact.chosen(Boolean(wrong));
      this.hover(null);
      pageMap.emptyPanel(this.panel, wrong);
    }

    listVideos() {
      const { crops, map } = this.view;
      this.videos.replaceChildren(...pageMap.videosOn(map).map((video) => {
        const option = pageMap.element("option");
        option.value = crops.videos[video];
        return option;
      }));
    }

    /** Let what was searched for stand out, say how much it is, and choose its first crop. */
    findVideos() {
      if (!this.view) return;
      const text = this.find.value.trim();
      const { videos, points } = text ? pageMap.find(this.view, text) : { videos: 0, points: [] };
      this.plot.found = points.length ? new Set(points) : null;
      this.found = "";
      if (points.length) {
        if (!this.filters.shown(points[0])) this.filters.reset();
        this.found = `found: ${points.length} ${points.length === 1 ? "point" : "points"} of ${videos} `
          + `${videos === 1 ? "video" : "videos"}, the others are faint`;
        this.choose(points[0]);
      } else if (text) {
        this.found = `found: no video with "${text}" in its name`;
      }
      this.redraw();
    }

    key(event) {
      if (!this.view || event.ctrlKey || event.altKey || event.metaKey) return;
      const from = this.pointed ?? this.point;
      if (event.key in ARROWS) {
        const next = from === null ? this.plot.middle() : this.plot.next(from, ...ARROWS[event.key]);
        if (next !== null) {
          this.plot.reveal(next);
          this.hover(next);
        }
      } else if (event.key === "Enter" && from !== null) {
        this.choose(from);
        this.panel.focus();
      } else if (event.key === "Escape" && this.point !== null) {
        this.close(); // once more makes the map small again
      } else if (event.key in KEYS) {
        this.plot.zoom(ZOOMS[KEYS[event.key]]);
      } else {
        return;
      }
      event.preventDefault();
    }

    say(text) {
      this.note.textContent = text;
      this.note.hidden = !text;
    }
  }

  /** Return what colour, edge and filter go by on a map. */
  function goesBy(map) {
    return map.by === "class"
      ? "Colour, edge and the filter by it go by the most probable class, whatever the threshold says; "
        + "the score and its threshold have a line of their own on the card, and a filter."
      : "Colour, edge and filter go by the threshold: this approach tells real and fake only, so there is no other class.";
  }

  const root = document.querySelector("section.map");
  if (root && root.querySelector(".map-live")) new Section(root).start();
})(window.pageMap);
