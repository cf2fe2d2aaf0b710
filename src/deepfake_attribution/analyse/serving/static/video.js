// One video of the list: its row, and what happens to it from the first byte to the result.

import { button, make } from "./dom.js";
import { ask, pick, remove, send } from "./server.js";

const PAUSE = 600; // ms between two questions about a video
const PATIENCE = 3000; // ms, until a full server is asked again

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Video {
  // `source`: { file } or { pick: name } to be sent, or { id } of one that the server has.
  constructor(name, source, page) {
    this.name = name;
    this.source = source;
    this.page = page; // select(video), changed(video), sent(), say(text), forget(video)
    this.id = source.id ?? null;
    this.state = "here"; // here, sending, waiting, reading, judging, done, failed
    this.verdict = null;
    this.message = "";
    this.stop = new AbortController();
    this.row = this.makeRow();
    this.show("waiting for its turn", 0);
  }

  get over() {
    return this.state === "done" || this.state === "failed";
  }

  makeRow() {
    this.bar = make("progress", { max: 1, "aria-label": `progress of ${this.name}` });
    this.line = make("span", { class: "state" });
    this.choose = button("", () => this.page.select(this), { class: "choose" });
    this.choose.append(make("span", { class: "name" }, this.name), this.line, this.bar);
    this.end = button("\u00d7", () => this.cancel(), { class: "end" });
    return make("li", {}, this.choose, this.end);
  }

  // `share`: of the way; null: nobody knows.
  show(text, share) {
    this.line.textContent = text;
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    this.bar.classList.toggle("over", this.over);
    this.row.className = this.verdict?.replace(" ", "-") ?? (this.state === "failed" ? "failed" : "");
    const act = this.over ? "remove" : "cancel";
    this.end.setAttribute("aria-label", `${act} ${this.name}`);
    this.end.title = act;
    this.page.changed(this);
  }

  async run() {
    try {
      if (this.id === null) await this.submit();
      this.page.sent();
      await this.follow();
    } catch (refusal) {
      if (this.stop.signal.aborted) return;
      this.fail(refusal.message);
    }
  }

  // The server's lines begin with the name, which stands above them already.
  fail(line) {
    const named = `${this.name}: `;
    this.state = "failed";
    this.message = line.startsWith(named) ? line.slice(named.length) : line;
    this.show(this.message, 1);
    this.page.say(named + this.message);
  }

  async submit() {
    while (!this.stop.signal.aborted) {
      // Asked before it is sent: a full server would hear it all for nothing.
      const { free } = await ask("queue");
      if (free > 0) {
        try {
          const job = await this.give();
          this.id = job.id;
          if (this.stop.signal.aborted) await remove(this.id);
          return;
        } catch (refusal) {
          if (refusal.status !== 503) throw refusal;
        }
      }
      this.state = "here";
      this.show("the server is full: waiting for a place", 0);
      await rest(PATIENCE);
    }
    throw new Error("cancelled");
  }

  give() {
    if (this.source.pick) return pick(this.source.pick);
    this.state = "sending";
    this.page.say(`${this.name}: sending`);
    this.show("sending 0 %", 0);
    const tell = (share) => this.show(`sending ${Math.floor(100 * share)} %`, share);
    return send(this.source.file, tell, this.stop.signal);
  }

  async follow() {
    while (!this.stop.signal.aborted) {
      // Once it is removed, the server would refuse to say anything about it.
      const job = await ask(`videos/${this.id}`, { signal: this.stop.signal });
      if (this.stop.signal.aborted) return;
      if (job.state === "failed") throw new Error(job.message);
      if (job.state === "done") return this.finish(job);
      const place = job.ahead === 0 ? "next in the queue" : `${job.ahead} before it in the queue`;
      const text = job.state === "waiting" ? place : job.state;
      if (job.state !== this.state) this.page.say(`${this.name}: ${text}`);
      this.state = job.state;
      this.show(text, null);
      await rest(PAUSE);
    }
  }

  finish(job) {
    this.verdict = job.verdict;
    this.state = "done";
    this.source = { id: this.id }; // lets go of the file
    this.show(job.message, 1);
    this.page.say(`${this.name}: ${job.message}`);
  }

  cancel() {
    this.stop.abort();
    if (this.id !== null) remove(this.id).catch(() => {});
    this.page.forget(this);
  }
}
