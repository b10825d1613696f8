// data-rail-toggle: folds the rail to icons and remembers it in a cookie, so that the next page
// comes folded from the server.
document.querySelector("[data-rail-toggle]")?.addEventListener("click", (event) => {
  const narrow = document.body.dataset.rail !== "narrow";
  if (narrow) document.body.dataset.rail = "narrow";
  else delete document.body.dataset.rail;
  event.currentTarget.setAttribute("aria-pressed", String(narrow));
  document.cookie = `rail=${narrow ? "narrow" : ""}; path=/; max-age=31536000; samesite=lax`;
});
