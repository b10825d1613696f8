// Ctrl+Enter (or Cmd+Enter) in a text of several lines sends its form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (!event.target.matches("textarea") || !event.target.form) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
