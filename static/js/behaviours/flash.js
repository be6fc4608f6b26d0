// Messages in the live region; good news leaves ten seconds after the last change, unless read.
import { all, click, make, on } from "./on.js";

export const flash = (text, level = "error") => {
  const region = document.getElementById("flash");
  const box = make("div", { className: `flash flash--${level}` });
  box.dataset.flash = "";
  const close = make("button", { type: "button", className: "flash__close", textContent: "\u00d7", ariaLabel: region.dataset.close });
  close.dataset.dismiss = "[data-flash]";
  box.append(make("p", { className: "grow", textContent: text }), close);
  region.append(box);
};
click("[data-dismiss]", (button) => button.closest(button.dataset.dismiss)?.remove());
let timer;
const leave = () => {
  clearTimeout(timer);
  timer = setTimeout(() => all(".flash--success:not(:hover, :focus-within)").forEach((box) => box.remove()), 10000);
};
leave();
on("htmx:afterSettle", leave);
