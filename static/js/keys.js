// Desk keys: an element with data-key="a" is clicked by that key while nobody is typing;
// with data-key-focus it is only pointed at.
// A button with data-keys-switch turns them off and on again; the choice stays in this browser.
// The key ? lists them all, from the page's own elements, and those in its <dl data-keys-more>.
(() => {
  const page = document.documentElement;
  const toggle = document.querySelector("[data-keys-switch]");
  const list = document.querySelector("[data-keys-list]");
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
    element.focus({ preventScroll: Boolean(element.closest(".decision-bar")) }); // which is in sight already
    // What can't be undone is only pointed at; Enter is the second step.
    if (!("keyFocus" in element.dataset)) element.click();
  });

  toggle?.addEventListener("click", () => {
    set(!on());
    localStorage.setItem("desk-keys", on() ? "on" : "off");
  });

  // --- The list

  const line = (key, words) => {
    const row = document.createElement("div");
    const [name, does] = ["dt", "dd"].map((tag) => document.createElement(tag));
    const cap = Object.assign(document.createElement("kbd"), { textContent: key.toUpperCase() });
    name.append(cap);
    does.textContent = words.trim().replace(/\s+/g, " ");
    row.append(name, does);
    return row;
  };
  const lines = () => [
    ...[...document.querySelectorAll("[data-key]")].map((one) => line(one.dataset.key, one.ariaLabel || one.textContent)),
    ...[...document.querySelectorAll("[data-keys-more] > dt")].map((one) => line(one.textContent, one.nextElementSibling.textContent)),
  ];
  list?.addEventListener("click", () => {
    const dialog = list.nextElementSibling.content.firstElementChild.cloneNode(true);
    const keys = document.createElement("dl");
    keys.append(...lines());
    dialog.querySelector("h2").after(keys);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.querySelector("button").addEventListener("click", () => dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  });

  set(localStorage.getItem("desk-keys") !== "off");
})();
