// Forms with data-live show what they ask for while a person types; parts with data-refresh are brought up to date.
"use strict";

let asked = 0;

async function show(address, id, remember) {
  const mine = ++asked;
  const place = document.getElementById(id);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(id);
    if (mine !== asked) return;
    if (!answer.ok || !fresh) {
      location.assign(address);
      return;
    }
    place.replaceChildren(...fresh.childNodes);
    if (remember) history.replaceState(null, "", address);
  } catch {
    // The server went away: what is shown stays, and the next try may find it back.
  } finally {
    if (mine === asked) place.removeAttribute("aria-busy");
  }
}

function addressOf(form) {
  const said = [...new FormData(form)].filter(([, value]) => value !== "");
  return form.getAttribute("action") + (said.length ? "?" + new URLSearchParams(said) : "");
}

for (const form of document.querySelectorAll("form[data-live]")) {
  let waiting = 0;
  const go = () => show(addressOf(form), form.dataset.live, true);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(go, 200);
  });
}

for (const part of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => {
    const opened = part.querySelector("details[open]");
    if (!document.hidden && !opened && !getSelection().toString()) show(location.href, part.id, false);
  }, 1000 * part.dataset.refresh);
}
