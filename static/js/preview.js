// data-preview="#id": the form is shown in that frame as one types. Each time a new frame takes
// the old one's place, so that the way back of the browser is not filled with previews.
const WAIT = 700;
const timers = new WeakMap();

const refresh = (form) => {
  const old = document.querySelector(form.dataset.preview);
  const button = document.querySelector(`button[form="${form.id}"][data-preview-button]`);
  if (!old || !button) return;
  const frame = old.cloneNode(false);
  frame.removeAttribute("src");
  frame.name = old.name;
  old.replaceWith(frame);
  button.formTarget = frame.name;
  form.requestSubmit(button);
};

const later = (form) => {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => refresh(form), WAIT));
};

document.addEventListener("input", ({ target }) => {
  if (target.form?.matches("form[data-preview]")) later(target.form);
});
document.querySelectorAll("form[data-preview]").forEach(refresh);
