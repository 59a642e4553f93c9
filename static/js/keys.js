// Desk keys: an element with data-key="a" is clicked by that key while nobody is typing;
// with data-key-focus it is only pointed at.
// A button with data-keys-switch turns them off and on again; the choice stays in this browser.
(() => {
  const page = document.documentElement;
  const toggle = document.querySelector("[data-keys-switch]");
  const on = () => page.classList.contains("has-keys");

  const set = (value) => {
    page.classList.toggle("has-keys", value);
    for (const element of document.querySelectorAll("[data-key]")) {
      if (value) element.setAttribute("aria-keyshortcuts", element.dataset.key);
      else element.removeAttribute("aria-keyshortcuts");
    }
    toggle?.setAttribute("aria-pressed", String(value));
  };

  const busy = (event) =>
    event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing ||
    event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog");

  document.addEventListener("keydown", (event) => {
    if (!on() || busy(event)) return;
    const element = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!element || element.hidden) return;
    event.preventDefault();
    element.focus();
    // What can't be undone is only pointed at; Enter is the second step.
    if (!("keyFocus" in element.dataset)) element.click();
  });

  toggle?.addEventListener("click", () => {
    set(!on());
    localStorage.setItem("desk-keys", on() ? "on" : "off");
  });
  if (toggle) toggle.hidden = false;
  set(localStorage.getItem("desk-keys") !== "off");
})();
