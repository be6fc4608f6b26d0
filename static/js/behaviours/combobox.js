// <input role=combobox data-combobox="list-id">: arrows walk, Enter opens, the focus stays.
const options = (input) => [...document.getElementById(input.dataset.combobox).querySelectorAll("[role=option]")];
const mark = (input, chosen) => {
  for (const option of options(input)) option.ariaSelected = String(option === chosen);
  if (chosen) {
    chosen.id ||= `${input.dataset.combobox}-${options(input).indexOf(chosen)}`;
    input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
};
document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("[data-combobox]");
  if (!input) return;
  const all = options(input);
  const at = all.findIndex((option) => option.ariaSelected === "true");
  if (event.key === "ArrowDown") mark(input, all[Math.min(at + 1, all.length - 1)]);
  else if (event.key === "ArrowUp") mark(input, all[Math.max(at - 1, 0)]);
  else if (event.key === "Enter" && all[at]) all[at].click();
  else return;
  event.preventDefault();
});
document.addEventListener("htmx:afterSwap", (event) => {
  const input = document.querySelector(`[data-combobox="${event.target.id}"]`);
  if (event.target.id && input) mark(input, options(input)[0]);
});
