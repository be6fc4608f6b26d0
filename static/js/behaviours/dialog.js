// [data-dialog="id"] opens a <dialog>, [data-dialog-close] or a click beside it closes it.
// A dialog that htmx fills opens itself; the server closes it by the event close-dialog.
import { on } from "./on.js";

on("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    document.getElementById(opener.dataset.dialog)?.showModal();
    event.preventDefault();
  } else if (event.target.closest("[data-dialog-close]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target.matches("dialog")) {
    // The box test keeps clicks on the padding inside.
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});
on("htmx:afterSwap", (event) => {
  event.target.closest?.("dialog:not([open])")?.showModal();
});
on("close-dialog", () => document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close()));
document.querySelectorAll("dialog[data-open]").forEach((dialog) => dialog.showModal());
