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
const events = new EventSource("/api/v1/events");
events.addEventListener("began", again);
events.addEventListener("ended", again);
events.addEventListener("progress", (message) => {
  const event = JSON.parse(message.data);
  for (const place of document.querySelectorAll("[data-progress]")) {
    if (place.dataset.progress === event.run_id) {
      place.textContent = `${event.progress.cases} cases decided, ${event.progress.deviates} deviate, ${event.progress.requests} requests`;
    }
  }
});
// What ended before we listened is asked for.
events.addEventListener("open", async () => {
  const place = document.querySelector("[data-progress]");
  if (!place) return;
  const answer = await fetch(`/api/v1/runs/${encodeURIComponent(place.dataset.progress)}`);
  if (answer.ok && !("under_way" in await answer.json())) again();
});
addEventListener("pagehide", () => events.close());

document.documentElement.dataset.ready = "";
