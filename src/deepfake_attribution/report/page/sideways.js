// The matrix is shaded where it goes on, and its legend says so.
"use strict";

(() => {
  for (const box of document.querySelectorAll(".matrix-box")) page.shaded(box);
})();
