// <input list>: the list becomes ours. Every typed word must occur ("soft" finds "612220 Software"); arrows walk,
// Enter or Tab takes, Escape closes. Before other keys act: captured.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const box = (input) => document.getElementById(input.getAttribute("aria-controls"));
const marked = (list) => list?.querySelector("[aria-selected=true]");
const close = (input) => {
  box(input)?.remove();
  ["aria-activedescendant", "aria-controls"].forEach((name) => input.removeAttribute(name));
  input.ariaExpanded = "false";
};
const mark = (input, option) => {
  if (!option) return;
  for (const one of box(input).children) one.ariaSelected = String(one === option);
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};
const take = (input, option) => {
  if (option) input.value = option.textContent;
  close(input);
};
const found = (input) => {
  const words = plain(input.value).split(/\s+/).filter(Boolean);
  const all = [...document.getElementById(input.dataset.picker).options].map((one) => one.value).filter((text) => words.every((word) => plain(text).includes(word)));
  const rank = (text) => (text.startsWith(words[0]) ? 0 : text.includes(` ${words[0]}`) ? 1 : 2);
  return all.sort((a, b) => rank(plain(a)) - rank(plain(b))).slice(0, 40);
};
const open = (input) => {
  close(input);
  const list = Object.assign(document.createElement("div"), { id: `${input.id}-list`, className: "menu menu--picker", popover: "manual", role: "listbox" });
  list.append(...found(input).map((text, at) => Object.assign(document.createElement("div"), { id: `${list.id}-${at}`, role: "option", textContent: text })));
  if (!list.childElementCount) return;
  list.addEventListener("mousedown", (event) => { event.preventDefault(); take(input, event.target.closest("[role=option]")); });
  input.after(list);
  const place = input.getBoundingClientRect();
  Object.assign(list.style, { insetInlineStart: `${place.left}px`, insetBlockStart: `${place.bottom + 2}px`, inlineSize: `${Math.max(place.width, 300)}px` });
  input.setAttribute("aria-controls", list.id);
  input.ariaExpanded = "true";
  list.showPopover();
  mark(input, list.firstElementChild);
};
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches?.("input[list]")) return;
  target.dataset.picker = target.getAttribute("list");
  target.removeAttribute("list");
  Object.assign(target, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
});
document.addEventListener("input", ({ target }) => target.matches("[data-picker]") && (target.value ? open(target) : close(target)));
document.addEventListener("focusout", ({ target }) => target.matches?.("[data-picker]") && close(target));
document.addEventListener("scroll", ({ target }) => !target.matches?.(".menu--picker") && document.querySelectorAll("[data-picker][aria-controls]").forEach(close), true);
document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("[data-picker]");
  const [list, key] = [input && box(input), event.key];
  if (input && !list && key === "ArrowDown") open(input);
  else if (!list) return;
  else if (key === "ArrowDown" || key === "ArrowUp") mark(input, marked(list)[key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling"]);
  else if (key === "Enter" || key === "Tab") take(input, marked(list));
  else if (key === "Escape") close(input);
  else return;
  if (key !== "Tab" && !event.ctrlKey && !event.metaKey) event.preventDefault();
}, true);
