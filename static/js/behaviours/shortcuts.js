// [data-shortcut="r"] is pressed (an input: focused) by its key; "mod" is Ctrl or Cmd.
// Letters never fire while typing, and not at all with <body data-keys="off"> (WCAG 2.1.4).
import { all, on } from "./on.js";

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

export const lettersAllowed = (event) =>
  document.body.dataset.keys !== "off" && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey &&
  !typing(event.target) && !document.querySelector("dialog[open]");

const press = (key) => {
  const scope = document.querySelector("dialog[open]") ?? document;
  const found = all(`[data-shortcut~="${CSS.escape(key)}"]`, scope).find((one) => one.offsetParent && !one.disabled);
  if (!found) return false;
  if (found.matches("input, textarea, select")) {
    found.focus();
    found.select?.();
  } else found.click();
  return true;
};

on("keydown", (event) => {
  if (event.repeat) return;
  if (event.ctrlKey || event.metaKey) {
    if (press(`mod+${event.key.toLowerCase()}`)) event.preventDefault();
    return;
  }
  if (!lettersAllowed(event)) return;
  if (event.key === "?") {
    document.getElementById("keys")?.showModal();
    event.preventDefault();
  } else if (event.key.length === 1 && press(event.key)) event.preventDefault();
});
