// Messages in the live region; good news leaves ten seconds after the last change, unless read.
import { on } from "./on.js";

export const flash = (text, level = "error") => {
  const region = document.getElementById("flash");
  const box = Object.assign(document.createElement("div"), { className: `flash flash--${level}` });
  box.dataset.flash = "";
  const words = Object.assign(document.createElement("p"), { className: "grow", textContent: text });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "flash__close", textContent: "\u00d7", ariaLabel: region.dataset.close });
  close.dataset.dismiss = "[data-flash]";
  box.append(words, close);
  region.append(box);
};
on("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest(button.dataset.dismiss)?.remove();
});
let timer;
const leave = () => {
  clearTimeout(timer);
  timer = setTimeout(() => document.querySelectorAll(".flash--success:not(:hover, :focus-within)").forEach((box) => box.remove()), 10000);
};
leave();
on("htmx:afterSettle", leave);
