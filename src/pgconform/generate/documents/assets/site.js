"use strict";
(() => {
  const root = document.documentElement.dataset.root || "";
  const here = document.documentElement.dataset.here || "";
  const tables = window.pgconform || [];
  const address = (entry) => root + entry[1];

  const list = document.querySelector("nav ul");
  if (list) {
    const parts = document.createDocumentFragment();
    for (const entry of tables) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = address(entry);
      link.textContent = link.title = entry[0];
      if (entry[1] === here) link.setAttribute("aria-current", "page");
      item.append(link);
      parts.append(item);
    }
    list.append(parts);
    const current = list.querySelector("[aria-current]");
    if (current) list.parentElement.scrollTop = current.offsetTop - list.parentElement.clientHeight / 3;
  }

  const input = document.querySelector(".search input");
  const found = document.querySelector(".found");
  if (!input || !found) return;
  const MOST = 40;
  let chosen = -1;

  const rank = (name, word) => {
    const at = name.indexOf(word);
    return at < 0 ? -1 : (name === word ? 0 : at === 0 ? 1 : name[at - 1] === "_" ? 2 : 3);
  };

  const search = (text) => {
    const words = text.toLowerCase().split(/[\s.]+/).filter(Boolean);
    if (!words.length) return [];
    const hits = [];
    for (const entry of tables) {
      const name = entry[0].toLowerCase();
      const own = words.map((word) => rank(name, word));
      if (own.every((value) => value >= 0)) hits.push([Math.max(...own), entry[0], address(entry), entry[2]]);
      const last = words[words.length - 1];
      if (!words.slice(0, -1).every((word) => name.includes(word))) continue;
      for (const column of entry[3]) {
        const value = rank(column.toLowerCase(), last);
        if (value >= 0) hits.push([value + 4, entry[0] + "." + column, address(entry) + "#" + encodeURIComponent(column), ""]);
      }
    }
    return hits.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  };

  const choose = (index) => {
    const items = [...found.querySelectorAll("li")];
    chosen = items.length ? (index + items.length) % items.length : -1;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
    if (chosen >= 0) items[chosen].scrollIntoView({ block: "nearest" });
  };

  const show = () => {
    const hits = search(input.value);
    found.replaceChildren();
    for (const [, name, href, kind] of hits.slice(0, MOST)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = href;
      link.textContent = name;
      if (kind) {
        const small = document.createElement("small");
        small.textContent = kind;
        link.append(small);
      }
      item.setAttribute("role", "option");
      item.append(link);
      found.append(item);
    }
    if (input.value.trim() && (!hits.length || hits.length > MOST)) {
      const note = document.createElement("p");
      note.textContent = hits.length ? `and ${hits.length - MOST} more` : "nothing of that name";
      found.append(note);
    }
    choose(0);
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      const link = found.querySelector("[aria-selected=true] a");
      if (link) window.location.href = link.href;
    } else if (event.key === "Escape") {
      found.replaceChildren();
      input.blur();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) found.replaceChildren();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement ? document.activeElement.tagName : "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      input.focus();
    }
  });
})();
