// Files dropped anywhere, or pasted: into the drop zone, else as pages of the photos.
import { add as addFiles } from "./dropzone.js";
import { add as addPages } from "./photos.js";
import { on } from "./on.js";

const take = (event, files, drop) => {
  const zone = document.querySelector("[data-dropzone]") ?? document.querySelector("[data-photos]");
  if (!zone || !files) return;
  event.preventDefault();
  zone.querySelector(".drop").toggleAttribute("data-over", event.type === "dragover");
  if (drop) (zone.matches("[data-dropzone]") ? addFiles : addPages)(zone, files);
};
for (const kind of ["dragover", "dragleave", "drop"]) on(kind, (event) => {
  const moved = event.dataTransfer;
  take(event, moved?.types.includes("Files") && moved.files, kind === "drop");
});
on("paste", (event) => take(event, event.clipboardData?.files.length && event.clipboardData.files, true));
