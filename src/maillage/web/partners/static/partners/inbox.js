// j and k go from one line to the next, as in a mailbox; Enter is the browser's own.
(() => {
  "use strict";
  const lines = [...document.querySelectorAll("[data-line]")];
  const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !lines.length) return;
    const at = lines.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : lines.length - 1) : Math.min(lines.length - 1, Math.max(0, at + step));
    lines[next].focus();
    event.preventDefault();
  });
})();
