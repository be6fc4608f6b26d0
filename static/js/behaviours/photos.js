// [data-photos] (see components/_photos.html): photos become pages, in input[data-pages] and one hidden "turn" per page.
import { all, at, click, make } from "./on.js";
const pages = new WeakMap();

const fill = (zone) => {
  const [list, bag] = [pages.get(zone), new DataTransfer()];
  all("input[name=turn]", zone).forEach((input) => input.remove());
  zone.querySelector("[data-list-of-pages]").replaceChildren(...list.map((page, index) => {
    bag.items.add(page.file);
    zone.append(make("input", { type: "hidden", name: "turn", value: page.turn }));
    const tile = zone.querySelector("template").content.firstElementChild.cloneNode(true);
    tile.dataset.index = index;
    const image = tile.querySelector("img");
    image.style.rotate = `${page.turn}deg`;
    tile.querySelector(".photo__frame").dataset.name = page.file.name;
    image.addEventListener("error", () => { tile.dataset.plain = ""; });  // not a picture this browser can show
    if (page.file.type.startsWith("image/")) image.src = page.url; else tile.dataset.plain = "";
    tile.querySelector("[data-number]").textContent = index + 1;
    return tile;
  }));
  zone.querySelector("[data-pages]").files = bag.files;
  all("[data-when-filled]", zone.closest("form") ?? zone).forEach((part) => { part.hidden = !list.length; });
  zone.closest("form")?.querySelector(".field__error")?.remove();  // it was about other pages
};

export const add = (zone, files) => {
  const list = pages.get(zone) ?? [];
  const fresh = [...files].map((file) => ({ file, turn: 0, url: URL.createObjectURL(file) }));
  if (zone.dataset.retake) list.splice(Number(zone.dataset.retake), fresh.length ? 1 : 0, ...fresh);
  else list.push(...fresh);
  delete zone.dataset.retake;
  pages.set(zone, list);
  fill(zone);
  zone.closest("form")?.querySelector("[data-when-filled]")?.scrollIntoView({ block: "nearest" });
};

at("change", "[data-take]", (input) => {
  add(input.closest("[data-photos]"), input.files);
  input.value = "";
});
click("[data-page-action]", (button) => {
  const zone = button.closest("[data-photos]");
  const list = pages.get(zone);
  const index = Number(button.closest("[data-index]").dataset.index);
  const action = button.dataset.pageAction;
  if (action === "turn") list[index].turn = (list[index].turn + 90) % 360;
  if (action === "remove") URL.revokeObjectURL(list.splice(index, 1)[0].url);
  if (action === "retake") {
    zone.dataset.retake = index;
    zone.querySelector("[data-take]").click();
    return;
  }
  fill(zone);
  (all(`[data-page-action="${action}"]`, zone)[Math.min(index, list.length - 1)] ?? zone.querySelector("[data-take]")).focus();
});
