// [data-theme-choice="dark|light|"]: a cookie, because the server writes it on <html>.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const choice = button.dataset.themeChoice;
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `theme=${choice};path=/;samesite=lax;max-age=${choice ? 31536000 : 0}${secure}`;
  if (choice) document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
  document.querySelectorAll("[data-theme-choice]").forEach((other) => {
    other.ariaPressed = String(other.dataset.themeChoice === choice);
  });
});
