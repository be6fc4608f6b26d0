// Photos may be dropped or pasted too; a drop zone on the same page takes them instead.
import { add } from "./photos.js";

const dropped = () => (document.querySelector("[data-dropzone]") ? null : document.querySelector("[data-photos]"));
for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
  const zone = dropped();
  if (!zone || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  zone.querySelector(".drop").toggleAttribute("data-over", kind === "dragover");
  if (kind === "drop") add(zone, event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  const zone = dropped();
  if (zone && event.clipboardData?.files.length) add(zone, event.clipboardData.files);
});
