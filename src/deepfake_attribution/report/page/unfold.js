// A link to something that is folded unfolds it.
"use strict";

(() => {
  function unfold() {
    const target = document.getElementById(location.hash.slice(1)); // our anchors need no escapes
    let folded = target?.closest("details:not([open])");
    if (!folded) return;
    for (; folded; folded = folded.parentElement.closest("details:not([open])")) folded.open = true;
    target.scrollIntoView();
  }

  addEventListener("hashchange", unfold);
  document.addEventListener("click", (event) => {
    // the address stays as it is when the same link is followed again
    if (event.target.closest?.('a[href^="#"]')) setTimeout(unfold);
  });
  unfold();
})();
