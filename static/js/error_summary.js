// The error summary takes the focus when a page comes back with errors, so it is read first; whoever follows a link to
// one field is led to that field instead.
(() => {
  const CONTROLS = "input, select, textarea";

  // A link names a control, or the group of controls that are one field.
  const linked = () => {
    const named = document.getElementById(location.hash.slice(1));
    return named?.matches(CONTROLS) ? named : named?.closest(".field")?.querySelector(CONTROLS);
  };

  if (!linked()) document.querySelector("[data-error-summary]")?.focus();
  // A browser that goes to a group takes the focus away from what is in it: one waits for that. On a slow connection the
  // page may be complete only when somebody types elsewhere already.
  const isTyping = () => document.activeElement?.matches(CONTROLS);
  window.addEventListener("load", () => requestAnimationFrame(() => isTyping() || linked()?.focus()));
  window.addEventListener("hashchange", () => linked()?.focus());
  // What is sent comes back without the name of the field.
  document.addEventListener("submit", () => history.replaceState(history.state, "", location.pathname + location.search));
})();
