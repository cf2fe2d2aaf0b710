// Tables are sorted by a click, or Enter, on a heading; long ones get a box that filters their rows.
// Their key columns stay in view, and long cells fold. Every table has the menu of table-copy.js.
"use strict";

(() => {
  const LONG = 8; // rows; from here on there is a box
  const MOST_KEYS = 3; // columns that stay in view
  const NUMBER = /^[+\u2212-]?\d+(\.\d+)?/;
  const NOTHING = new Set(["", "-", "\u2013"]);

  // Return the number that a cell begins with ("94.83 (90.1 to 97.2)", "5.00 (1/20)"), or NaN.
  function number(text) {
    const found = NUMBER.exec(text);
    return found ? Number(found[0].replace("\u2212", "-")) : NaN;
  }

  // Order texts by the numbers that all begin with, else as words; what is not there comes last.
  function order(texts, descending) {
    const there = texts.filter((text) => !NOTHING.has(text));
    const numeric = there.every((text) => NUMBER.test(text));
    const sign = descending ? -1 : 1;
    return (one, other) => {
      const absent = NOTHING.has(one) - NOTHING.has(other);
      if (absent || NOTHING.has(one)) return absent;
      const words = () => one.localeCompare(other, "en", { numeric: true });
      return sign * (numeric ? number(one) - number(other) : words());
    };
  }

  // Return what is moved: the rows of a plain table; of one in groups, each approach's body.
  function parts(table) {
    return table.dataset.sortable === "groups" ? [...table.tBodies] : [...table.tBodies[0].rows];
  }

  // Return the text that a part is sorted by; a group by its first measure.
  function cell(part, column) {
    if (part.tagName === "TR") return part.cells[column]?.textContent.trim() ?? "";
    const row = column === 0 ? part.rows[0] : part.rows[1];
    return row?.cells[column]?.textContent.trim() ?? "";
  }

  function sort(table, heading, column) {
    // the better half of figures is the high one: the first click on numbers shows it
    const own = parts(table);
    const texts = own.map((part) => cell(part, column));
    const before = heading.getAttribute("aria-sort");
    const numbers = texts.some((text) => NUMBER.test(text));
    const descending = before ? before === "ascending" : numbers;
    const compare = order(texts, descending);
    const sorted = own.map((part, place) => ({ part, text: texts[place] }));
    sorted.sort((one, other) => compare(one.text, other.text));
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) {
      other.removeAttribute("aria-sort");
    }
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const parent = sorted[0].part.parentNode;
    parent.append(...sorted.map(({ part }) => part));
  }

  // Return the headings that a column hangs on, with its place among the cells of a row.
  function headings(table) {
    const rows = [...table.tHead.rows];
    if (rows.length === 1) return [...rows[0].cells].map((heading, column) => [heading, column]);
    const first = [[rows[0].cells[0], 0]];
    return first.concat([...rows[1].cells].map((heading, column) => [heading, column + 1]));
  }

  function sortable(table) {
    if (parts(table).length < 2) return;
    const by = table.dataset.sortable === "groups" ? "Sort approaches by their AUC here" : "Sort";
    for (const [heading, column] of headings(table)) {
      const button = page.make("button", { type: "button", title: by }, ...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading, column));
      heading.append(button);
    }
  }

  // Show the parts that hold every word that is typed.
  function filtered(table) {
    const own = parts(table);
    if (own.length < LONG) return;
    const texts = own.map((part) => part.textContent.toLowerCase());
    const example = table.dataset.filter ?? "database, approach, attack";
    const box = page.make("input", { type: "search", placeholder: example });
    const count = page.make("span", { "aria-live": "polite" });
    box.addEventListener("input", () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      own.forEach((part, place) => {
        part.hidden = !words.every((word) => texts[place].includes(word));
      });
      const left = own.filter((part) => !part.hidden).length;
      count.textContent = words.length ? `${left} of ${own.length} rows` : "";
    });
    const label = page.make("label", {}, "Filter rows", box);
    table.parentNode.before(page.make("div", { class: "choices filter" }, label, count));
  }

  // Let a figure and what stands behind it in brackets be two lines, where there is no room for one.
  function foldable(table) {
    for (const cell of table.querySelectorAll("tbody td:not(.word)")) {
      const [figure, ...parts] = cell.textContent.split(/ (?=[[(])/);
      if (!parts.length || !NUMBER.test(figure)) continue;
      const spans = parts.flatMap((part) => [" ", page.make("span", {}, part)]);
      cell.replaceChildren(figure, ...spans);
      cell.classList.add("foldable");
    }
  }

  // Keep in view all columns that identify a row, such as database and attack.
  function keyed(table) {
    if (table.dataset.sortable === "groups" || table.tHead.rows.length > 1) return;
    const rows = [...table.tBodies[0].rows];
    const named = (row, count) => [...row.cells].slice(0, count).map((each) => each.textContent.trim());
    const same = (count) => new Set(rows.map((row) => named(row, count).join("\n"))).size < rows.length;
    let keys = 1;
    while (keys < MOST_KEYS && rows[0].cells[keys]?.classList.contains("word") && same(keys)) keys++;
    if (keys < 2) return;
    const all = [table.tHead.rows[0], ...rows];
    for (const row of all) {
      row.cells[0].dataset.keys = named(row, keys).slice(1).join(", "); // shown where the screen is narrow
      for (const cell of [...row.cells].slice(0, keys)) cell.classList.add("key");
    }
    const first = [...all[0].cells].slice(0, keys);
    const place = () => {
      const widths = first.map((heading) => heading.getBoundingClientRect().width);
      for (const row of all) {
        let left = 0;
        widths.forEach((width, key) => {
          row.cells[key].style.left = `${left}px`;
          left += width;
        });
      }
    };
    new ResizeObserver(place).observe(table); // also when it is unfolded
  }

  // Equip the tables of an element; a page calls it for what it adds later.
  page.tables = (root) => {
    for (const table of root.querySelectorAll("table[data-sortable]")) {
      keyed(table);
      foldable(table);
      sortable(table);
      filtered(table);
      page.copied(table);
    }
  };

  page.tables(document);
})();
