// The filter is redrawn as its answers change. What was typed while that was on the way stays,
// and is counted once the new field listens.
let typed = null;
let restored = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const field = document.activeElement;
  const isHere = detail.target.id === "filter" && field?.matches("#filter .filter-typed input");
  typed = isHere ? { id: field.id, value: field.value } : null;
});

document.addEventListener("htmx:afterSwap", () => {
  const field = typed && document.getElementById(typed.id);
  if (field?.matches("input") && field.value !== typed.value) {
    field.value = typed.value;
    restored = field;
  }
  typed = null;
});

document.addEventListener("htmx:afterSettle", () => {
  restored?.dispatchEvent(new Event("input", { bubbles: true }));
  restored = null;
});
