// A desk's list by keyboard, beside keys.js and switched off with it: j and k go from row to row ([data-row]), Enter
// opens the one in focus, and a [data-row-key] is clicked by its key in the row that has the focus.
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const links = rows.map((row) => row.querySelector("a"));
  const page = document.documentElement;

  const busy = (event) =>
    event.ctrlKey || event.metaKey || event.altKey || event.isComposing ||
    event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");

  const here = () => rows.findIndex((row) => row.contains(document.activeElement));

  document.addEventListener("keydown", (event) => {
    if (!page.classList.contains("has-keys") || busy(event)) return;
    const key = event.key.toLowerCase();
    const at = here();
    if (key === "j" || key === "k") {
      const next = at < 0 ? 0 : at + (key === "j" ? 1 : -1);
      links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
      event.preventDefault();
      return;
    }
    const element = rows[at]?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
    if (!element || event.repeat) return;
    event.preventDefault();
    element.click();
  });
})();
