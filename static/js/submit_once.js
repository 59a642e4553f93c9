// A form is sent once. Buttons are marked, not disabled: a disabled button would lose its name and value.
(() => {
  const mark = (form, sent) => {
    form.toggleAttribute("data-sent", sent);
    for (const button of form.elements) {
      if (button.type === "submit") button.setAttribute("aria-disabled", String(sent));
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-many")) return;
    if (form.hasAttribute("data-sent")) event.preventDefault();
    else mark(form, true);
  });
  // The page may come back out of the browser's memory with its marks still on.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) mark(form, false);
  });
})();
