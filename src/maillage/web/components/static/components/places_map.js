// Turns the drawing of the places into a map that moves. The list says all that it says.
"use strict";
{
  const gather = (rows) => {
    const places = new Map();
    rows.forEach((row) => {
      const { number, latitude, longitude } = row.dataset;
      const place = places.get(number) ?? { number, at: [Number(latitude), Number(longitude)], names: [] };
      place.names.push(row.querySelector(".row__name").textContent.replace(/\s+/g, " ").trim());
      places.set(number, place);
    });
    return [...places.values()];
  };

  const names = (place) => {
    const list = document.createElement("ul");
    place.names.forEach((name) => {
      const line = document.createElement("li");
      line.textContent = name;
      list.append(line);
    });
    return list;
  };

  const draw = async (figure) => {
    const holder = figure.querySelector(".map__ground");
    const answer = await fetch(figure.dataset.ground);
    if (!answer.ok) return;
    const ground = await answer.json();
    const places = gather(document.querySelectorAll("[data-number]"));
    const start = figure.dataset.start.split(",").map(Number);

    const height = holder.clientHeight;
    holder.replaceChildren();
    const inside = document.createElement("div");
    inside.className = "map__moving";
    inside.setAttribute("role", "region");
    inside.setAttribute("aria-label", figure.dataset.say);
    holder.append(inside);
    inside.style.height = `${height}px`;

    const map = L.map(inside, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
    L.control.zoom({ zoomInTitle: figure.dataset.sayIn, zoomOutTitle: figure.dataset.sayOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const cells = L.geoJSON(ground, {
      interactive: false,
      style: (feature) => ({ className: feature.properties.isHome ? "map__cell map__cell--home" : "map__cell" }),
    });
    const bounds = L.latLngBounds([start, ...places.map((place) => place.at)]).pad(0.15);
    map.fitBounds(bounds.getNorth() - bounds.getSouth() > 0.02 ? bounds : L.latLng(start).toBounds(8000));
    map.setMaxBounds(cells.getBounds().extend(bounds).pad(0.4));
    cells.addTo(map);
    ground.towns.forEach((town) => {
      L.tooltip({ permanent: true, direction: "top", className: "map__town", offset: [0, -10] })
        .setLatLng(town.at).setContent(document.createTextNode(town.name)).addTo(map);
    });
    L.circleMarker(start, { radius: 7, className: "map__start", interactive: false }).addTo(map);
    places.forEach((place) => {
      const icon = L.divIcon({ className: "map__door", html: place.number, iconSize: [28, 28] });
      L.marker(place.at, { icon, zIndexOffset: -Number(place.number), keyboard: true, title: place.names.join(", "), alt: place.names.join(", ") })
        .bindPopup(names(place))
        .addTo(map);
    });
  };

  document.querySelectorAll("[data-places-map]").forEach((figure) => { draw(figure).catch(() => {}); });
}
