// On paper nothing is folded and every picture is there.
"use strict";

(() => {
  let opened = [];

  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
    for (const picture of document.querySelectorAll("img[loading=lazy]")) picture.loading = "eager";
  });

  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();
