// The chosen one of a row of tabs that is wider than the screen is scrolled into the middle.
document.querySelectorAll(".tabs").forEach((row) => {
  const chosen = row.querySelector("[aria-current]");
  if (!chosen || row.scrollWidth <= row.clientWidth) return;
  const { left, width } = chosen.getBoundingClientRect();
  const from = row.getBoundingClientRect().left + row.clientWidth / 2;
  row.scrollLeft += left + width / 2 - from;
});
