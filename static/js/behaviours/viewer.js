// [data-viewer="zoom"] and [data-viewer="turn"] inside .document: the view turns, not the file.
import { click } from "./on.js";

click("[data-viewer]", (button) => {
  const paper = button.closest(".document");
  if (!paper) return;
  if (button.dataset.viewer === "zoom") {
    paper.dataset.zoom = paper.dataset.zoom === "2" ? "1" : "2";
    button.ariaPressed = String(paper.dataset.zoom === "2");
  } else paper.dataset.turn = String((Number(paper.dataset.turn ?? 0) + 1) % 4);
});
