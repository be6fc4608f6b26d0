// [data-dropzone] (see components/_dropzone.html): each file goes up by itself, in a row of its own.
// Reply: {state: done|known|failed, message, id?}; an id becomes a hidden input of the form.
import { at, make } from "./on.js";
import { send } from "./upload.js";

const busy = new Set();
const size = (bytes) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / 1e6);

const transfer = async (zone, row, file) => {
  const [state, bar] = [row.querySelector("[data-state-text]"), row.querySelector("progress")];
  row.querySelector("input[type=hidden]")?.remove();
  row.dataset.state = "sending";
  busy.add(row);
  const tooBig = file.size > Number(zone.dataset.limit || Infinity);
  const reply = tooBig ? { state: "failed", message: zone.dataset.tooBig } : await send(zone.dataset.dropzone, zone.dataset.field || "file", file, (sent, all) => {
    bar.value = Math.round((sent / all) * 100);
    state.textContent = zone.dataset.progress.replace("{sent}", size(sent)).replace("{all}", size(all));
  });
  busy.delete(row);
  row.dataset.state = reply.state;
  state.textContent = reply.message ?? zone.dataset[reply.state] ?? "";
  if (reply.id) row.append(make("input", { type: "hidden", name: zone.dataset.name || "document", value: reply.id }));
};
export const add = (zone, files) => [...files].forEach((file) => {
  const row = zone.querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("[data-remove]").addEventListener("click", () => { busy.delete(row); row.remove(); });
  row.querySelector("[data-retry]").addEventListener("click", () => transfer(zone, row, file));
  zone.querySelector("[data-uploads]").append(row);
  transfer(zone, row, file);
});

at("change", "[data-dropzone] input[type=file]", (input) => {
  add(input.closest("[data-dropzone]"), input.files);
  input.value = "";
});
addEventListener("beforeunload", (event) => { if (busy.size) event.preventDefault(); });
