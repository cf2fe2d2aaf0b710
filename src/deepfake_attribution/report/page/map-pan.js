"use strict";
/* Dragging the map: the drawing moves as one picture, and is drawn anew when the drag ends. So a frame
   costs the same however many points there are, also where WebGL is drawn without a graphics card. */
(function (pageMap) {
  const LEAST = 4; // pixels; a shorter way is a click

  /** Let a map be dragged by mouse or finger.

      `layers()` are the elements that move; `started()` is called when a drag begins, `moved(dx, dy)`
      when it ends: it draws the map shifted by these pixels. */
  function draggable(place, layers, { started, moved }) {
    let drag = null;

    function shift(dx, dy) {
      for (const layer of layers()) layer.style.transform = dx || dy ? `translate(${dx}px, ${dy}px)` : "";
    }

    function end(event) {
      if (!drag || event.pointerId !== drag.pointer) return;
      const { dragged, dx, dy } = drag;
      drag = null;
      place.classList.remove("map-dragged");
      if (!dragged) return;
      if (event.type === "pointerup") moved(dx, dy);
      shift(0, 0);
    }

    place.addEventListener("pointerdown", (event) => {
      if (event.button || !event.isPrimary) return;
      drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY, dx: 0, dy: 0, dragged: false };
    });
    window.addEventListener("pointermove", (event) => {
      if (!drag || event.pointerId !== drag.pointer) return;
      [drag.dx, drag.dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.dragged && Math.hypot(drag.dx, drag.dy) < LEAST) return;
      if (!drag.dragged) {
        drag.dragged = true;
        place.classList.add("map-dragged");
        started();
      }
      shift(drag.dx, drag.dy);
    });
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  }

  pageMap.draggable = draggable;
})(window.pageMap);
