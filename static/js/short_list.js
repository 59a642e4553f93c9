// A search above the folded choices of a long code table: shows those whose name has the words.
// Without this file all of them are listed.
(() => {
  const plain = (text) => text.normalize("NFKC").toLowerCase().trim();

  const start = (list) => {
    const search = list.querySelector("[data-short-list-search]");
    if (!search) return;
    search.hidden = false;
    search.addEventListener("input", () => {
      const words = plain(search.value);
      for (const group of list.querySelectorAll("[data-short-list-group]")) {
        const rows = [...group.querySelectorAll("[data-short-list-row]")];
        for (const row of rows) row.hidden = !plain(row.textContent).includes(words) && !row.querySelector(":checked");
        group.hidden = rows.every((row) => row.hidden);
      }
    });
    // Enter would send the whole form.
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  };

  document.querySelectorAll("[data-short-list]").forEach(start);
})();
