"use strict";
(() => {
  const form = document.getElementById("filters");
  const every = [...document.querySelectorAll("article")];
  if (form) {
    const count = document.getElementById("count");
    const choose = () => {
      const said = new FormData(form);
      const severities = new Set(said.getAll("severity"));
      const words = said.get("words").toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const one of every) {
        const told = one.dataset;
        const wanted = severities.has(told.severity)
          && (!said.get("rule") || told.rule === said.get("rule"))
          && (!said.get("source") || told.source === said.get("source"))
          && words.every((word) => told.words.includes(word));
        one.hidden = !wanted;
        left += wanted;
      }
      for (const file of document.querySelectorAll(".file")) {
        file.hidden = !file.querySelector("article:not([hidden])");
      }
      count.textContent = left === every.length ? "" : `${left.toLocaleString("en")} of ${every.length.toLocaleString("en")} findings`;
    };
    form.addEventListener("input", choose);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    choose();
  }
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });
})();
