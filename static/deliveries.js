// The board adds up what is ticked; the driver's slip asks what became of missing pieces and notes when it was signed.
"use strict";
{
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const number = (text) => Number(String(text).normalize("NFKC").replace(/[,\s]/g, "")) || 0;
  const fill = (el, n) => { el.textContent = el.dataset.text.replace("{n}", n.toLocaleString("en")); };

  function board() {
    const ticked = all("#board-form input[name=order]:checked");
    const sum = (key) => ticked.reduce((n, box) => n + Number(box.dataset[key]), 0);
    const figures = { orders: ticked.length, kg: Math.ceil(sum("grams") / 1000), places: Math.ceil(sum("places") / 10) / 10 };
    for (const out of all("#board-form [data-sum]")) fill(out, figures[out.dataset.sum]);
  }

  function slip() {
    let delivered = 0;
    for (const line of all("[data-line]")) {
      const box = line.querySelector("[data-delivered]"), n = number(box.value);
      line.classList.toggle("is-less", n < Number(line.dataset.line));
      delivered += n;
    }
    for (const label of all("[data-total]")) fill(label, delivered);
  }
  function signed() {
    const at = document.querySelector("input[name=signed_at]");
    if (at) at.value = new Date().toISOString();
  }

  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-region]")) for (const box of all("input[name=order]", e.target.closest("tbody"))) box.checked = e.target.checked;
  });
  document.addEventListener("click", (e) => { if (e.target.closest?.("#board-form")) setTimeout(board); });
  document.addEventListener("input", (e) => { if (e.target.matches("[data-delivered]")) slip(); });
  document.addEventListener("change", (e) => { if (e.target.name === "signature") signed(); });
  document.addEventListener("submit", (e) => { const at = e.target.elements?.signed_at; if (at && !at.value) signed(); }, true);
  for (const name of ["DOMContentLoaded", "htmx:afterSettle"]) document.addEventListener(name, () => { board(); slip(); });
  addEventListener("pageshow", () => { board(); slip(); });
}
