// « Copier »: without it the text is selected by hand.
"use strict";
{
  document.querySelectorAll("[data-copy]").forEach((part) => {
    const text = part.querySelector("[data-copy-text]");
    const button = part.querySelector("[data-copy-button]");
    part.querySelector("[data-copy-tools]").hidden = false;
    button.addEventListener("click", async () => {
      text.select();
      try {
        await navigator.clipboard.writeText(text.value);
      } catch {
        document.execCommand("copy");
      }
      part.querySelector("[data-copy-said]").textContent = button.dataset.copied;
    });
  });
}
