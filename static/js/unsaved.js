// data-unsaved on a form: who leaves the page with what was typed and not sent is asked first; with
// "yes" from the beginning, where the form came back refused.
const changed = new WeakSet(document.querySelectorAll('form[data-unsaved="yes"]'));

document.addEventListener("input", ({ target }) => {
  if (target.form?.matches("form[data-unsaved]") && target.closest("form")) changed.add(target.form);
});

document.addEventListener("submit", ({ target, submitter }) => {
  if (!submitter?.formTarget) changed.delete(target);
});

window.addEventListener("beforeunload", (event) => {
  const forms = document.querySelectorAll("form[data-unsaved]");
  if ([...forms].some((form) => changed.has(form))) event.preventDefault();
});
