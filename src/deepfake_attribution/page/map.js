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
        panel: one("panel"), note: one("note"), caption: one("caption"), frame: one("frame"),
        groups: one("groups"), live: one("live"), body: one("body"), filterBox: one("filters"),
        videos: root.querySelector("datalist"), point: null, pointed: null, turn: 0,
      });
      this.plot = new pageMap.Plot(this.frame, {
        hovered: (point) => this.hover(point),
        chosen: (point) => this.choose(point),
      });
    }

    start() {
      this.live.hidden = false;
      this.root.querySelector(".map-pictures").open = false;
      this.filterBox.open = window.innerWidth > 700;
      pageMap.emptyPanel(this.panel);
      this.choice.addEventListener("change", () => this.show(null));
      this.find.addEventListener("change", () => this.findVideo());
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
      this.root.scrollIntoView();
      const known = [...this.choice.options].find((option) => option.value === linked.map);
      if (!known) return this.say(`The link names a map that is not here: ${linked.map}.`);
      if (this.view && this.choice.value === linked.map) return this.choosePlace(linked.point);
      this.choice.value = linked.map;
      this.show(linked.point);
    }

    /** Load and draw the map of the list's choice, then choose the point at `place` if there is one. */
    async show(place) {
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
        this.close();
        this.listVideos();
        this.filters = new pageMap.Filters(this.groups, this.crops, map, () => this.redraw());
        await this.redraw();
        if (turn === this.turn && place) this.choosePlace(place);
      } catch (error) {
        if (turn === this.turn) this.say(error.message);
      }
    }

    async redraw() {
      if (!this.view) return;
      const { map } = this.view;
      const drawn = await this.plot.draw(
        this.choice.value, this.crops, map, (point) => this.filters.shown(point));
      this.count.textContent = `${drawn} of ${map.size} points shown`;
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
      const { crops, map } = this.view;
      const crop = map.crop[point];
      this.point = point;
      const place = { video: crops.videos[crops.video[crop]], slot: crops.slot[crop], person: crops.person[crop] };
      const link = pageMap.address.format(this.choice.value, place);
      history.replaceState(null, "", link);
      this.plot.reveal(point);
      this.plot.mark(point);
      pageMap.showPanel(this.panel, this.view, point, link, (other) => this.choose(other), () => this.close());
    }

    /** Choose the point of {video, slot, person}; says so where the map has none. */
    choosePlace(place) {
      if (!place) return;
      const { crops, map } = this.view;
      const video = crops.number.get(place.video);
      for (let crop = crops.first[video]; crops.video[crop] === video && video !== undefined; crop++) {
        if (crops.slot[crop] !== place.slot || crops.person[crop] !== place.person) continue;
        if (map.pointOf[crop] < 0) break;
        this.uncover(map.pointOf[crop]);
        this.say("");
        return this.choose(map.pointOf[crop]);
      }
      this.say(`The link names a crop that is not on this map: ${place.video}, number ${place.slot}.`);
    }

    /** Drop the filters where they hide a point that was asked for. */
    uncover(point) {
      if (this.filters.shown(point)) return;
      this.filters.reset();
      this.redraw();
    }

    close() {
      this.point = null;
      this.hover(null);
      pageMap.emptyPanel(this.panel);
      const linked = pageMap.address.parse(location.hash);
      if (linked) history.replaceState(null, "", pageMap.address.format(this.choice.value, null));
    }

    listVideos() {
      const { crops, map } = this.view;
      const there = new Set(Array.from({ length: map.size }, (_, point) => map.video(point)));
      this.videos.replaceChildren(...[...there].sort((a, b) => a - b).map((video) => {
        const option = pageMap.element("option");
        option.value = crops.videos[video];
        return option;
      }));
    }

    /** Choose the first crop of the video that was searched for: its name, or a part of one. */
    findVideo() {
      const text = this.find.value.trim();
      if (!text || !this.view) return;
      const options = [...this.videos.options].map((option) => option.value);
      const name = options.find((each) => each === text) || options.find((each) => each.includes(text));
      if (!name) return this.say(`No video on this map has "${text}" in its name.`);
      const { crops, map } = this.view;
      const video = crops.number.get(name);
      const point = Array.from(map.pointOf.subarray(crops.first[video])).find((each) => each >= 0);
      this.say("");
      this.uncover(point);
      this.choose(point);
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
      } else if (event.key === "Escape") {
        this.close();
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

  const root = document.querySelector("section.map");
  if (root && root.querySelector(".map-live")) new Section(root).start();
})(window.pageMap);
