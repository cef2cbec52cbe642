// « Aucune » and the other boxes exclude each other; needs are sent in the order in which they were chosen.
"use strict";
{
  document.querySelectorAll("[data-chips]").forEach((chips) => {
    const boxes = [...chips.querySelectorAll('input[type="checkbox"]')];
    const nothing = boxes.find((box) => box.value === "none");
    if (!nothing) return;
    chips.addEventListener("change", ({ target }) => {
      if (!target.checked) return;
      boxes.filter((box) => (target === nothing) !== (box === nothing)).forEach((box) => { box.checked = false; });
    });
  });

  document.querySelectorAll("[data-ordered]").forEach((needs) => {
    const boxes = [...needs.querySelectorAll('input[type="checkbox"]')];
    const byCode = new Map(boxes.map((box) => [box.value, box]));
    let order = needs.dataset.ordered.split(",").filter((code) => byCode.has(code));

    const number = () => {
      boxes.forEach((box) => {
        const place = order.indexOf(box.value) + 1;
        const shown = box.parentElement.querySelector(".chip__order");
        if (shown) shown.remove();
        if (!place || order.length < 2) return;
        const badge = document.createElement("span");
        badge.className = "chip__order";
        badge.textContent = String(place);
        box.parentElement.append(badge);
      });
    };

    needs.addEventListener("change", ({ target }) => {
      order = order.filter((code) => code !== target.value);
      if (target.checked) order.push(target.value);
      number();
    });
    needs.closest("form").addEventListener("formdata", ({ formData }) => {
      formData.delete("theme");
      order.forEach((code) => formData.append("theme", code));
    });
    number();
  });

  // Blanks say nothing: they are left out of the address.
  document.querySelectorAll("form[data-question]").forEach((form) => {
    form.addEventListener("formdata", ({ formData }) => {
      [...formData.entries()].filter(([, value]) => value === "").forEach(([name]) => formData.delete(name));
      if (form.querySelector("#place").value.trim() === "") formData.set("place", "");
    });
  });

  const errors = document.getElementById("errors");
  if (errors) errors.focus();
}
