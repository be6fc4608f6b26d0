// <input list>: the list becomes ours. Every typed word must occur ("soft" finds "612220 Software"). An arrow, Enter or
// a click chooses; the mark of the best one alone is no choice: Tab and Ctrl Enter leave what was typed. Escape closes.
// Before other keys act: captured.
import { mark } from "./combobox.js";
import { all, make, on } from "./on.js";
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const box = (input) => document.getElementById(input.getAttribute("aria-controls"));
const marked = (list) => list?.querySelector("[aria-selected=true]");
const close = (input) => {
  box(input)?.remove();
  ["aria-activedescendant", "aria-controls"].forEach((name) => input.removeAttribute(name));
  input.ariaExpanded = "false";
};
const take = (input, option) => {
  if (option) input.value = option.textContent;
  close(input);
};
const found = (input) => {
  const words = plain(input.value).split(/\s+/).filter(Boolean);
  const fit = [...document.getElementById(input.dataset.picker).options].map((one) => one.value).filter((text) => words.every((word) => plain(text).includes(word)));
  const rank = (text) => (text.startsWith(words[0]) ? 0 : text.includes(` ${words[0]}`) ? 1 : 2);
  return fit.sort((a, b) => rank(plain(a)) - rank(plain(b))).slice(0, 40);
};
const open = (input) => {
  close(input);
  const list = make("div", { id: `${input.id}-list`, className: "menu menu--picker", popover: "manual", role: "listbox" });
  list.append(...found(input).map((text) => make("div", { role: "option", textContent: text })));
  if (!list.childElementCount) return;
  list.addEventListener("mousedown", (event) => { event.preventDefault(); take(input, event.target.closest("[role=option]")); });
  input.after(list);
  const place = input.getBoundingClientRect();
  Object.assign(list.style, { insetInlineStart: `${place.left}px`, insetBlockStart: `${place.bottom + 2}px`, inlineSize: `${Math.max(place.width, 300)}px` });
  input.setAttribute("aria-controls", list.id);
  input.ariaExpanded = "true";
  list.showPopover();
  mark(input, list.children, list.firstElementChild);
};
on("focusin", ({ target }) => {
  if (!target.matches?.("input[list]")) return;
  target.dataset.picker = target.getAttribute("list");
  target.removeAttribute("list");
  Object.assign(target, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
});
on("input", ({ target }) => target.matches("[data-picker]") && (target.value ? open(target) : close(target)));
on("focusout", ({ target }) => target.matches?.("[data-picker]") && close(target));
on("scroll", ({ target }) => !target.matches?.(".menu--picker") && all("[data-picker][aria-controls]").forEach(close), true);
on("keydown", (event) => {
  const input = event.target.closest?.("[data-picker]");
  const [list, key] = [input && box(input), event.key];
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[key];
  if (input && !list && key === "ArrowDown") open(input);
  else if (!list || event.ctrlKey || event.metaKey) return;
  else if (step) {
    mark(input, list.children, marked(list)[step] ?? marked(list));
    input.value = marked(list).textContent;
  } else if (key === "Enter") take(input, marked(list));
  else if (key === "Escape") close(input);
  else return;
  event.preventDefault();
}, true);
