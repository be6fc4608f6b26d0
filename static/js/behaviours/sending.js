// How much of a form with pages is on its way: the bar stands in the form.
import { on } from "./on.js";

on("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-sending]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = Math.round((event.detail.loaded / event.detail.total) * 100);
});
on("htmx:afterRequest", (event) => {
  const bar = event.target.querySelector?.("[data-sending]");
  if (bar) bar.hidden = true;
});
