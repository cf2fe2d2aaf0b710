// Where a heading names a measure, a hover or the keyboard's focus shows what it means.
"use strict";

(() => {
  const HEADINGS = "h1, h2, h3, h4, th, summary, .title, .switch label";
  const terms = new Map();
  for (const name of document.querySelectorAll(".glossary dt")) {
    terms.set(name.textContent, name.nextElementSibling.textContent);
  }
  if (!terms.size) return;
  const named = new RegExp(`\\b(?:${[...terms.keys()].join("|")})\\b`);
  const tip = page.make("div", { id: "tip", class: "tip", role: "tooltip", hidden: "" });
  document.body.append(tip);
  let shown = null;

  // Mark the measures in a text; where nothing around it takes the focus, the mark does.
  function mark(text) {
    const around = text.parentElement.closest("button, summary, label, a, .term, tbody th");
    let rest = text;
    for (let found = named.exec(rest.data); found; found = named.exec(rest.data)) {
      const word = rest.splitText(found.index);
      rest = word.splitText(found[0].length);
      const made = page.make("abbr", { class: "term", ...(around ? {} : { tabindex: "0" }) });
      word.replaceWith(made);
      made.append(word);
    }
  }

  function markAll() {
    for (const heading of document.querySelectorAll(HEADINGS)) {
      const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      for (const text of texts) {
        if (named.test(text.data) && !text.parentElement.closest(".term")) mark(text);
      }
    }
    for (const term of document.querySelectorAll(".term[title]")) term.removeAttribute("title");
  }

  // Return the marks that an element is about: it is one, or it holds them and has the focus.
  function marks(element, focused) {
    const own = element.closest?.(".term");
    if (own) return [own];
    if (!focused) return [];
    const label = element.id ? document.querySelector(`label[for="${element.id}"]`) : null;
    return [...(label ?? element).querySelectorAll(".term")];
  }

  function show(element, focused) {
    const found = element === document.body ? [] : marks(element, focused);
    if (!found.length) return;
    hide();
    const names = new Set(found.map((each) => each.textContent));
    tip.replaceChildren(...[...names].map((name) => {
      const line = page.make("p", {}, page.make("strong", {}, name), `: ${terms.get(name)}`);
      return line;
    }));
    tip.hidden = false;
    shown = focused ? element : found[0];
    shown.setAttribute("aria-describedby", tip.id);
    place(found[0].getBoundingClientRect());
  }

  // Below the mark, or above it where the window ends.
  function place(box) {
    const own = tip.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(box.left, width - own.width - 8));
    const below = box.bottom + 6;
    const top = below + own.height < innerHeight ? below : box.top - own.height - 6;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${top + scrollY}px`;
  }

  function hide() {
    tip.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = null;
  }

  markAll();
  document.addEventListener("pointerover", (event) => {
    if (event.target.closest?.(".term")) show(event.target, false);
    else if (shown && !event.target.closest?.(".tip") && shown !== document.activeElement) hide();
  });
  // only the keyboard's focus: a click on a heading that sorts needs no explanation
  document.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && show(event.target, true));
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
})();
