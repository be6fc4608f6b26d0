// <input role=combobox data-combobox="list-id">: arrows walk, Enter opens, the focus stays.
import { on } from "./on.js";
const options = (input) => [...document.getElementById(input.dataset.combobox).querySelectorAll("[role=option]")];
export const mark = (input, all, chosen) => {
  for (const option of all) option.ariaSelected = String(option === chosen);
  if (!chosen) return input.removeAttribute("aria-activedescendant");
  chosen.id ||= `${input.id}-${[...all].indexOf(chosen)}`;
  input.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
};
on("keydown", (event) => {
  const input = event.target.closest?.("[data-combobox]");
  if (!input) return;
  const all = options(input);
  const at = all.findIndex((option) => option.ariaSelected === "true");
  if (event.key === "ArrowDown") mark(input, all, all[Math.min(at + 1, all.length - 1)]);
  else if (event.key === "ArrowUp") mark(input, all, all[Math.max(at - 1, 0)]);
  else if (event.key === "Enter" && all[at]) all[at].click();
  else return;
  event.preventDefault();
});
on("htmx:afterSwap", (event) => {
  const input = document.querySelector(`[data-combobox="${event.target.id}"]`);
  if (event.target.id && input) mark(input, options(input), options(input)[0]);
});
