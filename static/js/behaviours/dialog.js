// [data-dialog="id"] opens a <dialog>, [data-dialog-close] or a click beside it closes it.
// A dialog that htmx fills opens itself; the server closes it by the event close-dialog.
import { all, click, on } from "./on.js";

click("[data-dialog]", (opener, event) => {
  document.getElementById(opener.dataset.dialog)?.showModal();
  event.preventDefault();
});
click("[data-dialog-close]", (button) => button.closest("dialog")?.close());
click("dialog", (dialog, { target, clientX: x, clientY: y }) => {
  // A click beside the dialog is said to be on it, and so is one on its padding: the box tells them apart.
  const box = dialog.getBoundingClientRect();
  if (target === dialog && (x < box.left || x > box.right || y < box.top || y > box.bottom)) dialog.close();
});
on("htmx:afterSwap", (event) => {
  event.target.closest?.("dialog:not([open])")?.showModal();
});
on("close-dialog", () => all("dialog[open]").forEach((dialog) => dialog.close()));
all("dialog[data-open]").forEach((dialog) => dialog.showModal());
