// The decision panel of a desk: what is typed on the page and not sent yet is counted while one types (desk/_pending.html).
(() => {
  // Enter at a tick or a choice presses no button: the first one of the form is about something else. The fields of text
  // have a button that can't be pressed as the first one (desk/_notes.html).
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input[type=radio], input[type=checkbox]")) event.preventDefault();
  });

  const panel = document.querySelector("[data-pending]");
  const form = document.querySelector("form#decide");
  if (!panel || !form) return;

  const WRITTEN = "[name$='-path'], [name$='-code'], [name$='-seen'], [name$='-expected']";
  const isWritten = (row) => [...row.querySelectorAll(WRITTEN)].some((field) => field.value.trim());
  const counts = {
    remarks: () => [...form.querySelectorAll("[data-remark-row]")].filter(isWritten).length,
    question: () => Number(Boolean(form.elements.question?.value.trim())),
    note: () => Number(Boolean(form.elements.note_text?.value.trim())),
  };

  const count = () => {
    for (const place of panel.querySelectorAll("[data-count]")) {
      const now = String(counts[place.dataset.count]());
      if (place.textContent !== now) place.textContent = now;
    }
  };
  // Fields of the form may stand outside of it.
  for (const change of ["input", "change", "remark-removed"]) document.addEventListener(change, count);
  count();

  // What folds away unfolds for its link.
  panel.addEventListener("click", ({ target }) => {
    const place = document.getElementById(target.closest("a")?.hash.slice(1));
    if (place?.matches("details")) place.open = true;
  });
})();
