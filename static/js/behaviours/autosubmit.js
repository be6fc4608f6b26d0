// <form data-autosubmit>: filters apply as soon as they change; the button for people without script hides itself.
const hide = (root) => root.querySelectorAll("[data-autosubmit] [data-autosubmit-button]").forEach((button) => { button.hidden = true; });
hide(document);
document.addEventListener("htmx:load", (event) => hide(event.target));

let waiting;
const later = (form, delay) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => form.requestSubmit(), delay);
};
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && !event.target.matches("input[type=search]")) later(form, 0);
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && event.target.matches("input[type=search], input[type=text]")) later(form, 350);
});
