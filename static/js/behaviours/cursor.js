// [data-list] with [data-row] rows: j and k move a cursor, x ticks the row, Enter opens it.
// data-list="follow" opens on every move; there Enter goes on into its first field.
import { lettersAllowed } from "./shortcuts.js";
import { all, click, on } from "./on.js";

const list = () => all("[data-list]").find((found) => found.offsetParent);
const rows = (within) => all("[data-row]", within).filter((row) => row.offsetParent);
const current = (within) => within.querySelector("[data-cursor]") ?? within.querySelector("[data-row][aria-current]");
const field = () => all("#work :is(input:not([type=hidden], [type=checkbox], [type=file]), select, textarea)").find((one) => one.offsetParent);
const open = (row) => (row.matches("a") ? row : row.querySelector("[data-open], a"))?.click();

export const moveTo = (within, row) => {
  all("[data-cursor]", within).forEach((old) => { delete old.dataset.cursor; old.tabIndex = -1; });
  row.dataset.cursor = "";
  row.tabIndex = 0;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};
// A followed list shows for itself which row is open.
click("[data-list=follow] [data-row]", (row, event) => {
  if (!event.target.closest("[data-open]")) return;
  for (const old of all("[aria-current]", row.closest("[data-list]"))) old.removeAttribute("aria-current");
  for (const now of [row, row.querySelector("[data-open]")]) now.ariaCurrent = "true";
});
on("keydown", (event) => {
  const within = list();
  // Escape leaves a field for the open row: the letters work again.
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]") && event.target.matches("input, select, textarea")) {
    const row = within && current(within);
    event.target.blur();
    if (row) moveTo(within, row);
    return;
  }
  if (!within || !lettersAllowed(event)) return;
  const found = rows(within);
  const at = found.indexOf(current(within));
  const step = { j: 1, k: -1 }[event.key];
  if (step) {
    const next = found[Math.min(Math.max(at + step, 0), found.length - 1)];
    if (!next) return;
    moveTo(within, next);
    if (within.dataset.list === "follow" && found[at] !== next) open(next);
  } else if (event.key === "x" && found[at]) found[at].querySelector("input[type=checkbox]")?.click();
  else if (event.key === "Enter" && found[at] && event.target === found[at] && !found[at].matches("a")) {
    if (within.dataset.list === "follow" && found[at].ariaCurrent) field()?.focus();
    else open(found[at]);
  }
  else return;
  event.preventDefault();
});
