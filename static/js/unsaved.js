// Forms with data-guard: leaving with unsaved edits asks first (the browser's own words).
// A field may belong to such a form by its attribute form, and stand elsewhere on the page.
(() => {
  let unsaved = false;
  const isGuarded = (form) => Boolean(form?.matches("form[data-guard]"));
  document.addEventListener("input", ({ target }) => { if (isGuarded(target.form)) unsaved = true; });
  document.addEventListener("submit", ({ target }) => { if (isGuarded(target)) unsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
})();
