// Keeps the console's pages fresh. Without it they work as well, only not by themselves.
"use strict";

const body = document.body.dataset;
const live = document.getElementById("live");
const say = (text) => {
  if (live && live.textContent !== text) live.textContent = text;
};

const units = [[86400, "d", 3600, "h"], [3600, "h", 60, "min"], [60, "min", 1, "s"]];
function words(seconds) {
  for (const [size, unit, below, belowUnit] of units) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ${Math.floor((seconds % size) / below)} ${belowUnit}`;
  }
  return `${seconds} s`;
}

// What is over cannot be answered: the buttons go, whatever the server would say to them.
function tick() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Math.max(0, Math.ceil((Number(element.dataset.until) - Date.now()) / 1000));
    element.textContent = left > 0 ? words(left) : "over";
    element.classList.toggle("soon", left < 60);
    if (left === 0 && element.dataset.ends) {
      disable();
      say("The time is over.");
    }
  }
}

function disable() {
  for (const control of document.querySelectorAll(".answer button, .answer input, .answer textarea")) control.disabled = true;
}

function localTimes(within) {
  for (const element of within.querySelectorAll("time")) {
    const time = new Date(element.dateTime);
    if (Number.isNaN(time.getTime())) continue;
    element.title = element.dateTime;
    element.textContent = time.toLocaleString();
  }
}

async function replace() {
  const answer = await fetch(body.replace, { headers: { accept: "text/html" } });
  const place = document.getElementById("replaced");
  if (!answer.ok || answer.redirected) return location.reload();
  // What somebody is writing is not taken from under their hands.
  if (place.contains(document.activeElement) && document.activeElement.matches("input, textarea")) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  // The banner above stands outside of what is replaced; whether the policy holds is worth a new page.
  if ((fresh.querySelector("[data-holding]")?.dataset.holding ?? "") !== (body.holding ?? "")) return location.reload();
  const focused = document.activeElement?.getAttribute("href");
  place.replaceChildren(...fresh.childNodes);
  localTimes(place);
  tick();
  if (focused) place.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  const count = Number(place.querySelector("[data-count]")?.dataset.count ?? 0);
  document.title = count > 0 ? `(${count}) Queue · Toolgate` : "Queue · Toolgate";
  say(count === 1 ? "1 call waits." : `${count} calls wait.`);
}

function changed(version) {
  if (version === body.version) return;
  document.getElementById("changed").hidden = false;
  disable();
}

if (body.stream) {
  const stream = new EventSource(body.stream);
  let first = true;
  stream.addEventListener("changed", (event) => {
    if (body.replace && !first) replace();
    if (body.version) changed(event.data);
    first = false;
  });
  stream.addEventListener("error", () => {
    // Whatever happened meanwhile is asked for once it is back.
    first = false;
    say("The connection broke off. This page may be out of date.");
  });
}

// Nobody approves twice by a double click.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const form = event.target;
  setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

localTimes(document);
tick();
setInterval(tick, 1000);
