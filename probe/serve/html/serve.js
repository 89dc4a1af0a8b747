"use strict";
document.documentElement.classList.add("scripted");

// What this page asks for in the name of who is logged in has to show that it is this page.
const holder = document.querySelector('meta[name="form-token"]');
const formToken = holder ? { "X-Form-Token": holder.content } : {};

// A run that begins or ends changes lists; they are asked for again, at most once a second. Progress is shown where it has a place.
let due = 0;
const again = () => {
  if (due || !document.querySelector("[data-live]")) return;
  due = setTimeout(() => location.reload(), 1000);
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

for (const button of document.querySelectorAll("button[data-run]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const said = document.getElementById("said");
    try {
      const answer = await fetch(`/api/v1/schedules/${encodeURIComponent(button.dataset.run)}/run`, {
        method: "POST", headers: { "Content-Type": "application/json", ...formToken }, body: "{}",
      });
      const body = await answer.json();
      said.textContent = answer.ok ? `Run ${body.run_id} is begun.` : body.detail;
      if (answer.ok) location.assign(`/runs/${encodeURIComponent(body.run_id)}`);
    } catch {
      said.textContent = "The server does not answer.";
    }
    button.disabled = false;
  });
}
document.documentElement.dataset.ready = "";
