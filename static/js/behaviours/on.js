// The small words of every behaviour. Listeners stand on the document, as app.js says.
export const on = document.addEventListener.bind(document);
// at("input", "[data-x]", act): act gets the part that matches, and the event.
export const at = (kind, selector, act) => on(kind, (event) => {
  const part = event.target.closest?.(selector);
  if (part) act(part, event);
});
export const click = (selector, act) => at("click", selector, act);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const make = (tag, settings) => Object.assign(document.createElement(tag), settings);
