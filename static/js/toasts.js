// Toasts leave after eight seconds unless they report an error, are hovered or hold the focus.
// A request that fails is told by a toast of its own.
const list = document.querySelector("[data-toasts]");
const LIFE = 8000;

const dismiss = (toast) => {
  if (toast.matches(":hover, :focus-within")) setTimeout(dismiss, LIFE, toast);
  else (toast.closest("li") ?? toast).remove();
};

const start = () => {
  for (const toast of list.querySelectorAll(".toast:not([data-seen])")) {
    toast.dataset.seen = "";
    if (toast.dataset.toast !== "error") setTimeout(dismiss, LIFE, toast);
  }
};

const fail = () => {
  if (list.querySelector("[data-toast=error]")) return;
  list.append(document.getElementById("toast-failed").content.cloneNode(true));
};

if (list) {
  start();
  new MutationObserver(start).observe(list, { childList: true });
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest("li, .toast").remove();
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "perennial:failed"]) {
    document.addEventListener(name, fail);
  }
}
