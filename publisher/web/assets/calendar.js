// Posts are dragged to another day; what that changes is shown before it is written. By keyboard,
// by finger and without this file, the link "Move" beside each post leads to the same page.
"use strict";
const grid = document.querySelector("[data-today]") ?? document.querySelector("main");
const today = grid.dataset.today ?? "";
let carried = null;
const dayUnder = (event) => {
  const day = event.target.closest?.("[data-day]");
  return carried && day && day !== carried.closest("[data-day]") && day.dataset.day >= today ? day : null;
};
const unmark = () => document.querySelectorAll(".over").forEach((one) => one.classList.remove("over"));
for (const one of document.querySelectorAll("[data-move]")) {
  one.draggable = true;
  for (const link of one.querySelectorAll("a")) link.draggable = false;
}
if (matchMedia("(hover: hover)").matches) {
  for (const words of document.querySelectorAll(".drags")) words.hidden = false;
}
document.addEventListener("dragstart", (event) => {
  carried = event.target.closest?.("[data-move]") ?? null;
  if (!carried) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", carried.textContent.trim());
  carried.classList.add("carried");
});
document.addEventListener("dragover", (event) => {
  const day = dayUnder(event);
  unmark();
  if (!day) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  day.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const day = dayUnder(event);
  if (!day) return;
  event.preventDefault();
  const to = `${day.dataset.day}T${carried.dataset.at}`;
  location.assign(`${carried.dataset.move}&to=${encodeURIComponent(to)}`);
});
document.addEventListener("dragend", () => {
  unmark();
  carried?.classList.remove("carried");
  carried = null;
});
