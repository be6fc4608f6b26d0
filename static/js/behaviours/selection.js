// [data-selection]: input[data-select], input[data-select-all], and [data-selection-bar] that counts in words (data-one,
// data-many). Shift selects a range.
import { all, at, click, on } from "./on.js";

let last;
const boxes = (zone) => all("input[data-select]", zone);

const count = (zone) => {
  const found = boxes(zone);
  const ticked = found.filter((box) => box.checked);
  for (const box of found) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  const head = zone.querySelector("[data-select-all]");
  if (head) {
    head.checked = found.length > 0 && ticked.length === found.length;
    head.indeterminate = ticked.length > 0 && ticked.length < found.length;
  }
  for (const bar of all("[data-selection-bar]", zone)) {
    bar.hidden = ticked.length === 0;
    const words = ticked.length === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", ticked.length);
    const place = bar.querySelector("[data-selection-count]");
    if (place && place.textContent !== words) place.textContent = words;
  }
};
const refresh = () => all("[data-selection]").forEach(count);

click("input[data-select]", (box, event) => {
  if (event.shiftKey && last) {
    const found = boxes(box.closest("[data-selection]"));
    const [from, to] = [found.indexOf(last), found.indexOf(box)].sort((a, b) => a - b);
    found.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
  }
  last = box;
});
click("[data-selection-clear]", (button) => {
  const zone = button.closest("[data-selection]");
  boxes(zone).forEach((ticked) => { ticked.checked = false; });
  count(zone);
});
at("change", "[data-selection]", (zone, event) => {
  if (event.target.matches("[data-select-all]")) boxes(zone).forEach((box) => { box.checked = event.target.checked; });
  count(zone);
});
on("htmx:afterSettle", refresh);
addEventListener("pageshow", refresh);
refresh();
