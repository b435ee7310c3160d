// What htmx doesn't do by itself; every page works without it.
"use strict";
// One open question at a time, and Escape closes it.
document.addEventListener("toggle", (event) => {
  const opened = event.target;
  if (!opened.matches?.("details.confirm") || !opened.open) return;
  for (const other of document.querySelectorAll("details.confirm[open]")) {
    if (other !== opened) other.open = false;
  }
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const opened = document.querySelector("details.confirm[open]");
  if (opened) { opened.open = false; opened.querySelector("summary").focus(); }
});
// Where a window is narrow, the menu is folded away.
const fold = document.querySelector("button.fold");
const unfold = (open) => fold.setAttribute("aria-expanded", String(open));
fold?.addEventListener("click", () => unfold(fold.getAttribute("aria-expanded") !== "true"));
fold?.closest("header").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || fold.getAttribute("aria-expanded") !== "true") return;
  unfold(false);
  fold.focus();
});
// A form that is on its way isn't sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 5000);
});
