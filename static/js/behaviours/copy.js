// <button data-copy-from="id" data-copied="Copied">: to the clipboard, and said aloud.
import { announce } from "./swap.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom);
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  } catch {
    source.select?.();  // no permission: the text is at least selected
    return;
  }
  announce(button.dataset.copied);
});
