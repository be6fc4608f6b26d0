// What htmx leaves to us: say what changed, place the focus, show refusals in words.
import { flash } from "./flash.js";
import { all, on } from "./on.js";

export const announce = (text) => {
  const place = document.getElementById("announcer");
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 50);
};
let stood;
on("htmx:beforeSwap", () => { stood = document.querySelector(".desk__pane")?.scrollTop; });
on("htmx:afterSettle", (event) => {
  const part = event.target;
  // A new queue stands where the old one stood, its open row in sight.
  if (part.id === "desk") {
    part.firstElementChild.scrollTop = stood;
    part.querySelector("[data-row][aria-current]")?.scrollIntoView({ block: "nearest" });
  }
  const fields = part.querySelectorAll?.("[aria-invalid=true]") ?? [];
  const wrong = fields.length === 1 ? fields[0] : part.querySelector?.(".errors");
  if (wrong) all(".flash--success").forEach((old) => old.remove());
  const next = wrong ?? part.querySelector?.("[data-focus], [autofocus]") ?? (part.matches?.("[data-focus]") ? part : null);
  if (next) {
    if (!next.matches("a, button, input, select, textarea, [tabindex]")) next.tabIndex = -1;
    next.focus();
    if (wrong) next.select?.();
  }
  // On a phone what was chosen comes into view.
  if (part.matches?.("[data-into-view]") && matchMedia("(max-width: 760px)").matches) part.firstElementChild?.scrollIntoView();
  const said = part.matches?.("[data-announce]") ? part : part.querySelector?.("[data-announce]");
  if (said) announce(said.dataset.announce);
});
// A refusal is a page, a fragment or a line: show its words, keep the screen.
const sentence = (request) => {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const found = page.querySelector("[data-flash] p, [data-message], main h1");
  const plain = request.getResponseHeader("Content-Type")?.startsWith("text/plain") ? request.responseText : "";
  return (found?.textContent ?? plain).trim().slice(0, 300) || document.body.dataset.refused;
};
on("htmx:responseError", (event) => flash(sentence(event.detail.xhr)));
// A weak signal: [data-retry] forms go again until they arrive.
const retry = (form, button) => {
  document.querySelector(".flash--retry")?.remove();
  flash(document.body.dataset.retrying, "retry");
  const go = () => {
    clearTimeout(timer);
    removeEventListener("online", go);
    if (form.isConnected && !form.querySelector("[aria-busy]")) form.requestSubmit(button);
  };
  const timer = setTimeout(go, 4000);
  addEventListener("online", go);
};
for (const kind of ["htmx:sendError", "htmx:timeout"]) on(kind, (event) => {
  const form = event.detail.elt.closest("form[data-retry]");
  if (form) retry(form, event.detail.requestConfig?.triggeringEvent?.submitter);
  else flash(document.body.dataset.unreachable);
});
