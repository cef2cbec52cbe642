// Lets one show on a map where exactly the person lives: a hundred metres are enough for a distance.
"use strict";
{
  const load = (address, kind) => new Promise((done, failed) => {
    const element = document.createElement(kind === "script" ? "script" : "link");
    if (kind === "script") element.src = address;
    else { element.rel = "stylesheet"; element.href = address; }
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });

  const button = (words, style, act) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = `button ${style}`;
    element.textContent = words;
    element.addEventListener("click", act);
    return element;
  };

  const offer = (box) => {
    const say = box.dataset;
    const place = document.getElementById("place");
    const news = document.createElement("p");
    const actions = document.createElement("div");
    const field = document.createElement("input");
    let map = null;
    let marker = null;

    news.className = "hint";
    news.setAttribute("role", "status");
    actions.className = "exact__actions";
    field.type = "hidden";

    const forget = () => {
      field.remove();
      document.getElementById("point")?.closest("label").remove();
      if (marker) { marker.remove(); marker = null; }
      news.textContent = map ? say.sayHow : "";
      remove.hidden = true;
    };

    const choose = (at) => {
      document.getElementById("point")?.closest("label").remove();
      field.name = "point";
      field.value = `${at.lat.toFixed(3)},${at.lng.toFixed(3)}`;
      box.append(field);
      if (marker) marker.remove();
      marker = L.circleMarker(at, { radius: 9, className: "map__start" }).addTo(map);
      news.textContent = say.sayChosen;
      remove.hidden = false;
    };

    const close = () => {
      if (map) { map.remove(); map = null; marker = null; }
      box.querySelector(".exact__map")?.remove();
      centre.hidden = true;
      open.hidden = false;
      forget();
    };

    const start = async () => {
      let { code } = place.dataset;
      if (!code && place.value.trim()) {
        const answer = await fetch(`${say.municipalities}?q=${encodeURIComponent(place.value.replace(/\(.*/, "").trim())}`);
        code = (await answer.json()).choices[0]?.code;
      }
      if (!code) { news.textContent = say.sayFirst; place.focus(); return; }
      await Promise.all([
        globalThis.L ?? load(say.script, "script"), load(say.style, "style"), load(say.mapStyle, "style"),
      ]);
      const ground = await (await fetch(`${say.ground}?municipality=${code}&km=6`)).json();
      if (!ground.middle) return;
      const inside = document.createElement("div");
      inside.className = "exact__map";
      inside.setAttribute("role", "region");
      inside.setAttribute("aria-label", say.sayMap);
      box.insertBefore(inside, actions);
      map = L.map(inside, { attributionControl: false, scrollWheelZoom: false });
      map.setView(ground.middle, 12);
      L.geoJSON(ground, {
        interactive: false,
        style: (feature) => ({ className: feature.properties.isHome ? "map__cell map__cell--home" : "map__cell" }),
      }).addTo(map);
      ground.towns.forEach((town) => {
        L.tooltip({ permanent: true, direction: "center", className: "map__town" })
          .setLatLng(town.at).setContent(document.createTextNode(town.name)).addTo(map);
      });
      L.control.scale({ imperial: false }).addTo(map);
      map.on("click", (event) => choose(event.latlng));
      open.hidden = true;
      centre.hidden = false;
      news.textContent = say.sayHow;
      inside.focus();
    };

    const open = button(say.sayOpen, "button--quiet", () => { start().catch(() => {}); });
    const centre = button(say.sayCentre, "button--quiet", () => choose(map.getCenter()));
    const remove = button(say.sayRemove, "button--plain", forget);
    centre.hidden = true;
    remove.hidden = true;
    actions.append(open, centre, remove);
    box.append(news, actions);
    box.hidden = false;
    place.addEventListener("input", close);
    place.addEventListener("municipality", close);
  };

  document.querySelectorAll("[data-exact-point]").forEach(offer);
}
