// data-appearance: the theme changes at once; the server remembers it.
const wear = (theme) => {
  if (theme === "system") delete document.documentElement.dataset.bsTheme;
  else document.documentElement.dataset.bsTheme = theme;
  for (const button of document.querySelectorAll("[data-appearance] [name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const { submitter } = event;
  if (!form.matches("[data-appearance]") || submitter?.name !== "theme") return;
  event.preventDefault();
  wear(submitter.value);
  const body = new URLSearchParams(new FormData(form, submitter));
  const headers = { "HX-Request": "true" };
  try {
    await fetch(form.action, { method: "POST", body, headers, redirect: "manual" });
  } catch {
    document.dispatchEvent(new Event("perennial:failed"));
  }
});
