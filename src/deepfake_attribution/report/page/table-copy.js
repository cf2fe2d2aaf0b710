// Every table has a small menu that copies it as CSV, Markdown or LaTeX: the rows that are shown, as sorted.
"use strict";

(() => {
  const LATEX = new Map(Object.entries({
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "\\textless{}", ">": "\\textgreater{}",
    ...Object.fromEntries([..."&%$#_{}"].map((one) => [one, `\\${one}`])),
  }));
  const text = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
  const word = (cell) => cell.tagName === "TH" || cell.classList.contains("word");

  // Return headings and rows as texts, and which columns hold words.
  function plain(table) {
    const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden);
    const first = table.tBodies[0].rows[0];
    return {
      head: [...table.tHead.rows[0].cells].map(text),
      rows: rows.map((row) => [...row.cells].map(text)),
      words: [...first.cells].map(word),
    };
  }

  // The same of a table in groups: the group and the measure are columns, a database is in each heading.
  function grouped(table) {
    const [top, below] = table.tHead.rows;
    const databases = [...top.cells].slice(1).flatMap((cell) => Array(cell.colSpan).fill(text(cell)));
    const head = ["approach", "measure", ...[...below.cells].map((cell, n) => `${databases[n]} ${text(cell)}`)];
    const rows = [...table.tBodies].filter((body) => !body.hidden).flatMap((body) => {
      const [name, ...measures] = body.rows;
      return measures.map((row) => [text(name.cells[0]), ...[...row.cells].map(text)]);
    });
    return { head, rows, words: head.map((_, column) => column < 2) };
  }

  function csv({ head, rows }) {
    const field = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    return [head, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
  }

  function markdown({ head, rows, words }) {
    const line = (row) => `| ${row.map((value) => value.replaceAll("|", "\\|")).join(" | ")} |\n`;
    return [line(head), line(words.map((is) => (is ? "---" : "---:"))), ...rows.map(line)].join("");
  }

  function latex({ head, rows, words }) {
    const escape = (value) => [...value].map((one) => LATEX.get(one) ?? one).join("");
    const line = (row) => `${row.map(escape).join(" & ")} \\\\\n`;
    const columns = words.map((is) => (is ? "l" : "r")).join("");
    return `\\begin{tabular}{${columns}}\n\\toprule\n${line(head)}\\midrule\n${rows.map(line).join("")}`
      + "\\bottomrule\n\\end{tabular}\n";
  }

  // Copy by the clipboard, else by a text box; the box stays if neither is allowed.
  async function copy(value, menu) {
    menu.querySelector("textarea")?.remove();
    try {
      await navigator.clipboard.writeText(value);
      return true;
    } catch {
      const box = page.make("textarea", { rows: 6, readonly: "", "aria-label": "The table as text" });
      box.value = value;
      menu.append(box);
      box.select();
      if (!document.execCommand("copy")) return false;
      box.remove();
      return true;
    }
  }

  function menu(table) {
    const summary = page.make("summary", {}, "Copy");
    const label = table.parentNode.getAttribute("aria-label");
    if (label) summary.setAttribute("aria-label", `Copy table: ${label}`);
    const box = page.make("div", {});
    const folded = page.make("details", { class: "copy" }, summary, box);
    const message = page.make("span", { role: "status" });
    for (const [name, format] of Object.entries({ CSV: csv, Markdown: markdown, LaTeX: latex })) {
      const button = page.make("button", { type: "button" }, name);
      button.addEventListener("click", async () => {
        const read = table.dataset.sortable === "groups" ? grouped : plain;
        const done = await copy(format(read(table)), box);
        message.textContent = done ? `copied as ${name}` : "select the text and copy it";
        if (!done) return;
        folded.open = false;
        summary.focus();
      });
      box.append(button);
    }
    folded.addEventListener("toggle", () => {
      if (folded.open) message.textContent = "";
    });
    folded.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !folded.open) return;
      event.preventDefault();
      folded.open = false;
      summary.focus();
    });
    folded.addEventListener("focusout", (event) => {
      if (!folded.contains(event.relatedTarget) && !box.querySelector("textarea")) folded.open = false;
    });
    return [message, folded];
  }

  // Put the menu above a table, beside the box that filters its rows.
  page.copied = (table) => {
    const before = table.parentNode.previousElementSibling;
    const own = before?.classList.contains("filter") ? before : page.make("div", { class: "choices filter" });
    if (own !== before) table.parentNode.before(own);
    own.append(page.make("div", { class: "copying" }, ...menu(table)));
  };
})();
