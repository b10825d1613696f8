// data-shortcut="l" or "g c": the key clicks its element, or focuses it when it is a field.
// `?` opens the list of keys, where they can be switched off for this device.
const OFF = "shortcuts-off";
const help = document.getElementById("help");
let pending = "";
let timer;

const isField = (element) =>
  element?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element?.tagName);

const isVisible = (element) => element.getClientRects().length > 0;

const find = (keys) =>
  [...document.querySelectorAll(`[data-shortcut="${CSS.escape(keys)}"]`)].find(isVisible);

const act = (element) => {
  if (isField(element)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
};

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isField(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key.length !== 1 || localStorage.getItem(OFF)) return;
  if (event.key === "?") {
    help?.showModal();
    return;
  }
  const keys = (pending + " " + event.key).trim();
  clearTimeout(timer);
  pending = event.key === "g" && !pending ? "g" : "";
  timer = setTimeout(() => (pending = ""), 1200);
  const element = find(keys);
  if (!element) return;
  event.preventDefault();
  act(element);
};

document.addEventListener("keydown", onKey);

const toggle = document.querySelector("[data-shortcuts-switch]");
if (toggle) {
  toggle.checked = !localStorage.getItem(OFF);
  toggle.addEventListener("change", () =>
    toggle.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"),
  );
}
