// data-chips on a form: a changed chip sends the form. data-submit on a select: the same.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-chips]");
  const field = event.target.closest("[data-submit]");
  if (form) form.requestSubmit();
  else if (field) field.form.requestSubmit();
});
