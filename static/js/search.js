// data-search: htmx fills the list as one types; arrows choose, Enter goes, Escape closes.
const box = document.querySelector("[data-search]");
const input = box?.querySelector("input");
const list = box?.querySelector("[role=listbox]");

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

const show = (visible) => {
  list.hidden = !visible || !list.childElementCount;
  input.setAttribute("aria-expanded", String(!list.hidden));
  if (list.hidden) input.removeAttribute("aria-activedescendant");
};

const choose = (option) => {
  chosen()?.setAttribute("aria-selected", "false");
  option.id ||= `option-${options().indexOf(option)}`;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
};

const step = (by) => {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
};

const onKey = (event) => {
  if (event.key === "Escape") {
    if (list.hidden) input.blur();
    show(false);
  } else if (event.key === "Enter" && !list.hidden && chosen()) {
    event.preventDefault();
    chosen().click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    show(true);
    step(event.key === "ArrowDown" ? 1 : -1);
  }
};

if (box) {
  input.addEventListener("keydown", onKey);
  input.addEventListener("focus", () => show(input.value.trim() !== ""));
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) show(false);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== list) return;
    for (const option of options()) option.tabIndex = -1;
    show(input.value.trim() !== "" && document.activeElement === input);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
}
