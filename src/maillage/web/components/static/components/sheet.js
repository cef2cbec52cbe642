// The buttons of the sheet; without them the browser's own menu prints and goes back.
"use strict";
{
  const tools = document.querySelector("[data-sheet-tools]");
  tools.hidden = false;
  tools.querySelector("[data-print]").addEventListener("click", () => globalThis.print());
  tools.querySelector("[data-back]").addEventListener("click", () => globalThis.history.back());
}
