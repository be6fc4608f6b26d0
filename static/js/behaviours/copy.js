// <button data-copy="text"> or <button data-copy-from="#id" data-copied="Copied">: to the clipboard, and said aloud.
import { announce } from "./swap.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = button.dataset.copy ?? source?.value ?? source?.textContent.trim() ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    source?.select?.();  // no permission: the text is at least selected
    return;
  }
  announce(button.dataset.copied ?? text);
  button.dataset.state = "copied";
  setTimeout(() => delete button.dataset.state, 1500);
});
