"use strict";
/* The map in the first screen is small: no filters, no search. A button or a link opens it whole. */
(function (pageMap) {
  const OPEN = "Open the map with its filters";
  const CLOSE = "Make the map small again";

  /** Return {open, chosen}; where the page has the whole map only, there is nothing to open.

      `resized` is called when the map has another size. */
  function compact(root, resized) {
    const button = root.querySelector(".map-open");
    const chosen = (is) => root.classList.toggle("map-chosen", is); // a panel with content gets room
    if (!button) return { open() {}, chosen };

    function set(small) {
      root.classList.toggle("map-small", small);
      button.setAttribute("aria-expanded", String(!small));
      button.textContent = small ? OPEN : CLOSE;
      resized();
    }

    const isSmall = () => root.classList.contains("map-small");
    button.hidden = false;
    button.addEventListener("click", () => {
      set(!isSmall());
      root.scrollIntoView({ block: isSmall() ? "nearest" : "start" });
    });
    document.addEventListener("keydown", (event) => {
      const { type, value } = event.target;
      if (type === "search" && value) return; // Escape empties it
      if (event.key !== "Escape" || event.defaultPrevented || isSmall()) return;
      set(true);
      root.scrollIntoView({ block: "nearest" });
      button.focus();
    });
    set(true);
    return { open: () => set(false), chosen };
  }

  pageMap.compact = compact;
})(window.pageMap);
