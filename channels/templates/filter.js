// A row of buttons that shows only what carries the chosen value; without it, everything is shown.
function filterBy(row, item, key, group) {
  row.hidden = false;
  row.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    for (const one of row.querySelectorAll("button")) one.ariaPressed = String(one === button);
    for (const one of document.querySelectorAll(item)) {
      one.hidden = button.value !== "" && one.dataset[key] !== button.value;
    }
    for (const one of [...document.querySelectorAll(group)].reverse()) {
      one.hidden = !one.querySelector(item + ":not([hidden])");
    }
  });
}
