// Messages in the live region: closed by hand; good news leaves after ten seconds unless read.
export const flash = (text, level = "error") => {
  const region = document.getElementById("flash");
  const box = document.createElement("div");
  box.className = `flash flash--${level}`;
  box.setAttribute("data-flash", "");
  const words = document.createElement("p");
  words.className = "grow";
  words.textContent = text;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "flash__close", textContent: "\u00d7" });
  close.setAttribute("data-dismiss", "[data-flash]");
  close.setAttribute("aria-label", region.dataset.close);
  box.append(words, close);
  region.append(box);
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest(button.dataset.dismiss)?.remove();
});
const leave = () => setTimeout(() => {
  document.querySelectorAll(".flash--success:not(:hover, :focus-within)").forEach((box) => box.remove());
}, 10000);
leave();
document.addEventListener("htmx:afterSettle", leave);
