// <button data-copy-from="id" data-copied="Copied">: to the clipboard, and said aloud.
import { click } from "./on.js";
import { announce } from "./swap.js";

click("[data-copy-from]", async (button) => {
  const source = document.getElementById(button.dataset.copyFrom);
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  } catch {
    source.select?.();  // no permission: the text is at least selected
    return;
  }
  announce(button.dataset.copied);
});
