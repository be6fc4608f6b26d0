// [data-theme-choice="dark|light|"]: a cookie, because the server writes it on <html>.
import { all, click } from "./on.js";

click("[data-theme-choice]", (button) => {
  const choice = button.dataset.themeChoice;
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `theme=${choice};path=/;samesite=lax;max-age=${choice ? 31536000 : 0}${secure}`;
  if (choice) document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
  all("[data-theme-choice]").forEach((other) => {
    other.ariaPressed = String(other.dataset.themeChoice === choice);
  });
});
