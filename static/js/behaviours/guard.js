// A double tap sends once: the pressed button is dead until the answer is there. Offline one stays on the page.
import { flash } from "./flash.js";
import { all, click, on } from "./on.js";

const rest = (button, busy = null) => {
  button.disabled = !!busy;
  button.ariaBusy = busy;
};
const work = (button) => rest(button, "true");
const offline = (event) => {
  if (navigator.onLine) return false;
  event.preventDefault();
  flash(document.body.dataset.offline);
  return true;
};
on("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.matches("[hx-get], [hx-post], [hx-delete]")) return;
  if (offline(event)) return;
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  // After this turn, so that the button's own name and value are still sent.
  if (button && !event.defaultPrevented) setTimeout(() => work(button));
});
addEventListener("pageshow", () => all("button[aria-busy]").forEach((button) => rest(button)));

const pressed = (event) => event.detail.requestConfig?.triggeringEvent?.submitter ?? event.detail.elt.closest?.("button");
for (const [kind, then] of [["htmx:beforeSend", work], ["htmx:afterRequest", rest]]) on(kind, (event) => {
  const button = pressed(event);
  if (button) then(button);
});
click("a[href^='/']:not([hx-get])", (link, event) => offline(event));
