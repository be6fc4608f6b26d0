// <input role=combobox data-combobox="list-id">: arrows walk, Enter opens, the focus stays.
import { all, at, on } from "./on.js";
const options = (input) => all("[role=option]", document.getElementById(input.dataset.combobox));
export const mark = (input, listed, chosen) => {
  for (const option of listed) option.ariaSelected = String(option === chosen);
  if (!chosen) return input.removeAttribute("aria-activedescendant");
  chosen.id ||= `${input.id}-${[...listed].indexOf(chosen)}`;
  input.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
};
at("keydown", "[data-combobox]", (input, event) => {
  const listed = options(input);
  const now = listed.findIndex((option) => option.ariaSelected === "true");
  if (event.key === "ArrowDown") mark(input, listed, listed[Math.min(now + 1, listed.length - 1)]);
  else if (event.key === "ArrowUp") mark(input, listed, listed[Math.max(now - 1, 0)]);
  else if (event.key === "Enter" && listed[now]) listed[now].click();
  else return;
  event.preventDefault();
});
on("htmx:afterSwap", (event) => {
  const input = document.querySelector(`[data-combobox="${event.target.id}"]`);
  if (event.target.id && input) mark(input, options(input), options(input)[0]);
});
