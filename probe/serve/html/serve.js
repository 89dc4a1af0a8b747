"use strict";
document.documentElement.classList.add("scripted");

// A run that begins or ends changes lists; they are asked for again, at most once a second. Progress is shown where it has a place.
let due = 0;
const again = () => {
  if (due || !document.querySelector("[data-live]")) return;
  due = setTimeout(() => {
    due = 0;
    if (document.activeElement?.matches("input, select")) again(); // somebody is filling in a form
    else location.reload();
  }, 1000);
};
const heard = {
  began: again,
  ended: again,
  progress: (message) => {
    const event = JSON.parse(message.data);
    for (const place of document.querySelectorAll("[data-progress]")) {
      if (place.dataset.progress === event.run_id) {
        place.textContent = `${event.progress.cases} cases decided, ${event.progress.deviates} deviate, ${event.progress.requests} requests`;
      }
    }
  },
  // What ended before we listened is asked for.
  open: async () => {
    const place = document.querySelector("[data-progress]");
    if (!place) return;
    const answer = await fetch(`/api/v1/runs/${encodeURIComponent(place.dataset.progress)}`);
    if (answer.ok && !("under_way" in await answer.json())) again();
  },
};

// A browser keeps six connections to a server: only pages that somebody sees hold one.
let events = null;
const listen = () => {
  if (document.visibilityState === "hidden") {
    events?.close();
    events = null;
  } else if (!events) {
    events = new EventSource("/api/v1/events");
    for (const [kind, hear] of Object.entries(heard)) events.addEventListener(kind, hear);
  }
};
listen();
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => events?.close());

document.documentElement.dataset.ready = "";
