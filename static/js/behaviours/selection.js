// [data-selection]: input[data-select], input[data-select-all], and [data-selection-bar] that counts in words (data-one,
// data-many). Shift selects a range.
import { on } from "./on.js";

let last;
const boxes = (zone) => [...zone.querySelectorAll("input[data-select]")];

const count = (zone) => {
  const all = boxes(zone);
  const ticked = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  const head = zone.querySelector("[data-select-all]");
  if (head) {
    head.checked = all.length > 0 && ticked.length === all.length;
    head.indeterminate = ticked.length > 0 && ticked.length < all.length;
  }
  for (const bar of zone.querySelectorAll("[data-selection-bar]")) {
    bar.hidden = ticked.length === 0;
    const words = ticked.length === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", ticked.length);
    const place = bar.querySelector("[data-selection-count]");
    if (place && place.textContent !== words) place.textContent = words;
  }
};
const refresh = () => document.querySelectorAll("[data-selection]").forEach(count);

on("click", (event) => {
  const box = event.target.closest?.("input[data-select]");
  const zone = event.target.closest?.("[data-selection]");
  if (box && event.shiftKey && last) {
    const all = boxes(zone);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
  }
  if (box) last = box;
  if (!zone || !event.target.closest("[data-selection-clear]")) return;
  boxes(zone).forEach((ticked) => { ticked.checked = false; });
  count(zone);
});
on("change", (event) => {
  const zone = event.target.closest?.("[data-selection]");
  if (!zone) return;
  if (event.target.matches("[data-select-all]")) boxes(zone).forEach((box) => { box.checked = event.target.checked; });
  count(zone);
});
on("htmx:afterSettle", refresh);
addEventListener("pageshow", refresh);
refresh();
