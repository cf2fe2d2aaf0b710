"use strict";
/* The card beside the point that the mouse or the arrow keys are at. */
(function (pageMap) {
  const GAP = 18; // pixels between point and card

  /** Show the card of a point beside it, inside the frame; null hides it. */
  function showCard(card, view, point, pixel) {
    card.hidden = point === null;
    if (point === null) return;
    card.replaceChildren(pageMap.facts(view, point, 128), pageMap.neighbours(view, point));
    const room = card.parentElement.getBoundingClientRect();
    const own = card.getBoundingClientRect();
    const right = pixel.left + GAP;
    const left = right + own.width <= room.width ? right : pixel.left - GAP - own.width;
    const highest = Math.max(0, room.height - own.height);
    card.style.left = `${Math.max(0, Math.min(left, room.width - own.width))}px`;
    card.style.top = `${Math.min(Math.max(0, pixel.top - own.height / 2), highest)}px`;
  }

  pageMap.showCard = showCard;
})(window.pageMap);
