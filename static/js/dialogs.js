// data-dialog="id" opens that <dialog> in place of following its link; data-close closes; a click
// on the veil closes too. What closes gives the focus back to the opener, or to its menu.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    const menu = opener.closest("details[data-menu]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    dialog.showModal();
    dialog.querySelector("[autofocus], input:not([type=hidden]), textarea")?.focus();
  } else if (event.target.closest("[data-close]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target.matches("dialog[open]")) {
    event.target.close();
  }
});
