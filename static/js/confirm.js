// data-confirm="Sentence?" on a form or on its button: asks in a dialog, then sends.
// data-confirm-label names the button that goes on; data-confirm-danger paints it so.
const dialog = document.getElementById("confirm");
const agreed = new WeakSet();

const ask = ({ confirm, confirmLabel, confirmDanger }) => {
  const yes = dialog.querySelector("[data-confirm-yes]");
  dialog.querySelector("#confirm-text").textContent = confirm;
  yes.dataset.label ??= yes.textContent;
  yes.textContent = confirmLabel || yes.dataset.label;
  yes.classList.toggle("btn-danger", confirmDanger !== undefined);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
};

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const asking = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!dialog || !asking.dataset.confirm || agreed.delete(form)) return;
    const { submitter } = event;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(asking.dataset))) return;
    agreed.add(form);
    form.requestSubmit(submitter);
  },
  true,
);
