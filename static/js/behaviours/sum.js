// <form data-sum data-sum-target="16969">: parts (input[data-sum-part]) are added in cents; the sum goes to
// [data-sum-total], the rest to [data-sum-difference].
import { all, at, on } from "./on.js";
const cents = (text) => {
  const tidy = text.replace(/[\s\u00a0\u202f€]/g, "").replace("\u2212", "-");
  // The last separator before one or two digits is the decimal one: 1.234,56 and 1234.56.
  const found = /^([+-]?)([\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(tidy);
  if (!found || !/\d/.test(tidy)) return tidy === "" ? 0 : null;
  const whole = Number(found[2].replace(/[.,]/g, "") || 0) * 100 + Number((found[3] ?? "").padEnd(2, "0"));
  return found[1] === "-" ? -whole : whole;
};
const words = (amount) => {
  const euros = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2 });
  return (amount < 0 ? "\u2212" : "") + euros.format(Math.abs(amount) / 100);
};
const check = (form) => {
  const values = all("[data-sum-part]:enabled", form).map((part) => cents(part.value));
  const unclear = values.includes(null);
  const total = values.reduce((sum, value) => sum + (value ?? 0), 0);
  const difference = Number(form.dataset.sumTarget) - total;
  for (const [name, amount] of Object.entries({ total, difference })) all(`[data-sum-${name}]`, form).forEach((place) => { place.textContent = unclear ? "?" : words(amount); });
  all(".sum", form).forEach((row) => { row.dataset.state = unclear || difference !== 0 ? "off" : "even"; });
};
const refresh = () => all("[data-sum]").forEach(check);
at("input", "[data-sum]", check);
on("htmx:afterSettle", refresh);
refresh();
