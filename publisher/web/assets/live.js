// Keeps the parts of a page that say data-live as they are in the store; nothing depends on it.
"use strict";
(() => {
  if (!window.EventSource || !document.querySelector("[data-live]")) return;
  let source = null;
  let mark = "";
  let waiting = 0;

  // Who writes, has ticked something or is asked a question isn't disturbed.
  const isAtWork = (part) =>
    part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") ||
    part.querySelector("details[open]") !== null ||
    [...part.querySelectorAll("input, textarea")].some((field) =>
      field.type === "checkbox" ? field.checked !== field.defaultChecked : field.type !== "hidden" && field.value !== field.defaultValue);

  const tell = (part) => {
    if (document.querySelector(".live-told")) return;
    const told = document.createElement("p");
    told.className = "told warn live-told";
    told.setAttribute("role", "status");
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = part.dataset.liveLink;
    told.append(part.dataset.live + " ", link);
    document.querySelector(".heading").after(told);
  };

  const look = async () => {
    const answer = await fetch(location.pathname + location.search, { headers: { "X-Live": "1" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (!other || other.innerHTML === part.innerHTML) continue;
      if (isAtWork(part)) { tell(part); continue; }
      part.replaceWith(document.adoptNode(other));
      if (window.htmx) htmx.process(document.getElementById(part.id));
    }
    for (const name of [".menu", "title"]) {
      const [old, now] = [document.querySelector(name), fresh.querySelector(name)];
      if (old && now && old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
    }
  };

  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource("/live");
    source.addEventListener("mark", (event) => {
      const first = mark === "";
      if (event.data === mark) return;
      mark = event.data;
      document.documentElement.dataset.mark = mark;
      // The first one says how things stood when this page was just loaded.
      if (first) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => look().catch(() => {}), 250);
    });
  };

  // A browser has few lines to one server: a page that nobody sees doesn't keep one.
  const leave = () => { if (source) { source.close(); source = null; } };
  document.addEventListener("visibilitychange", () => document.hidden ? leave() : listen());
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", listen);
  listen();
})();
