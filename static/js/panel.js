// The decision panel of a desk: what is typed on the page and not sent yet is counted while one types (desk/_pending.html).
(() => {
  const panel = document.querySelector("[data-pending]");
  const form = document.querySelector("form#decide");
  if (!panel || !form) return;

  const WRITTEN = "[name$='-path'], [name$='-code'], [name$='-seen'], [name$='-expected']";
  const isWritten = (row) => [...row.querySelectorAll(WRITTEN)].some((field) => field.value.trim());
  const counts = {
    remarks: () => [...form.querySelectorAll("[data-remark-row]")].filter(isWritten).length,
    question: () => Number(Boolean(form.elements.question?.value.trim())),
  };

  const count = () => {
    for (const place of panel.querySelectorAll("[data-count]")) {
      const now = String(counts[place.dataset.count]());
      if (place.textContent !== now) place.textContent = now;
    }
  };
  for (const change of ["input", "change", "remark-removed"]) form.addEventListener(change, count);
  count();
})();
