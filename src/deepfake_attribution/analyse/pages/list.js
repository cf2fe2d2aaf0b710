// The list's own words in the box that filters its rows.
"use strict";

(() => {
  const box = document.querySelector(".filter input");
  if (box) box.placeholder = "name, verdict, attack, reason";
})();
