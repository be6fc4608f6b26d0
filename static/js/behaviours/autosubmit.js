// <form data-autosubmit>: filters apply as they change; the button for no script hides itself.
import { all, on } from "./on.js";

const hide = (root) => all("[data-autosubmit] [data-autosubmit-button]", root).forEach((button) => { button.hidden = true; });
hide(document);
on("htmx:load", (event) => hide(event.target));

let waiting;
const soon = (kind, fields, delay) => on(kind, ({ target }) => {
  if (!target.form?.matches("[data-autosubmit]") || !target.matches(fields)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => target.form.requestSubmit(), delay);
});
soon("change", ":not([type=search])", 0);
soon("input", "[type=search], [type=text]", 350);
