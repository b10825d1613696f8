// data-tick-all="selector": ticks all those boxes, or none where all are ticked already.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick-all]");
  if (!button) return;
  const boxes = [...document.querySelectorAll(button.dataset.tickAll)];
  const tick = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = tick;
});
