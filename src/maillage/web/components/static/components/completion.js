// Proposes municipalities while one writes. Without it the field is a plain text field that the server reads.
"use strict";
{
  const WAIT_MS = 150;

  const complete = (box) => {
    const input = box.querySelector("input");
    const list = document.createElement("ul");
    const news = document.createElement("p");
    let chosen = -1;
    let waiting = 0;
    let asked = 0;

    list.className = "completion__list";
    list.id = `${input.id}-options`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.found);
    list.hidden = true;
    news.className = "unseen";
    news.setAttribute("role", "status");
    box.append(list, news);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
      input.setAttribute(name, value);
    }

    const close = () => {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };

    const take = (option) => {
      input.value = option.dataset.label;
      input.dataset.code = option.dataset.code;
      close();
      news.textContent = "";
      input.dispatchEvent(new CustomEvent("municipality", { bubbles: true }));
    };

    const mark = (place) => {
      const options = [...list.children];
      chosen = (place + options.length) % options.length;
      options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
      input.setAttribute("aria-activedescendant", options[chosen].id);
    };

    const show = (choices) => {
      list.replaceChildren(...choices.map((choice, number) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${number}`;
        option.className = "completion__option";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.code = choice.code;
        option.dataset.label = choice.label;
        option.textContent = choice.label;
        option.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
        return option;
      }));
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = choices.length === 0;
      input.setAttribute("aria-expanded", String(choices.length > 0));
      news.textContent = choices.length ? `${choices.length} ${box.dataset.found}` : box.dataset.none;
    };

    const ask = async () => {
      const turn = ++asked;
      const text = input.value.trim();
      if (text.length < 2) { close(); return; }
      try {
        const answer = await fetch(`${box.dataset.completion}?q=${encodeURIComponent(text)}`);
        const { choices } = await answer.json();
        if (turn === asked && document.activeElement === input) show(choices);
      } catch {
        close(); // the server will read what was typed
      }
    };

    input.addEventListener("input", () => {
      delete input.dataset.code;
      document.querySelectorAll('input[name="municipality"]:checked').forEach((radio) => { radio.checked = false; });
      clearTimeout(waiting);
      waiting = setTimeout(ask, WAIT_MS);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(chosen + 1); }
      if (event.key === "ArrowUp") { event.preventDefault(); mark(chosen < 0 ? list.children.length - 1 : chosen - 1); }
      if (event.key === "Escape") { event.preventDefault(); close(); }
      if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(list.children[chosen]); }
    });
  };

  document.querySelectorAll("[data-completion]").forEach(complete);
}
