// Usual wordings beside a remark: renewed when field or code is chosen, filled in without leaving the page. A remark is
// removed without leaving it, too: by its button, or by "remark-removed" (worksheet.js).
// Without scripts a button sends the form and brings the page back with them. With scripts the wordings have their room
// (desk.css), so that nothing moves when they come.
(() => {
  const GAP = "＿＿";
  const section = document.querySelector("[data-wordings]");
  if (!section) return;

  const input = (row, name) => row.querySelector(`[name$="-${name}"]`);

  const renew = async (row) => {
    const [path, code] = ["path", "code"].map((name) => input(row, name).value);
    const box = row.querySelector("[data-phrases]");
    const ask = row.querySelector("[data-phrases-ask]");
    if (!path || !code) {
      box.replaceChildren();
      return;
    }
    try {
      const query = new URLSearchParams({ path, code, row: row.dataset.remarkRow });
      const answer = await fetch(`${section.dataset.wordings}?${query}`, { redirect: "error" });
      // Somebody may have chosen on meanwhile.
      if (!answer.ok || input(row, "path").value !== path || input(row, "code").value !== code) return;
      const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
      box.replaceChildren(...body.children);
    } catch {
      ask?.classList.add("is-needed");
    }
  };

  const fill = (row, button) => {
    const fields = ["seen", "expected"].map((name) => input(row, name));
    for (const [index, wording] of [button.dataset.phraseSeen, button.dataset.phraseExpected].entries()) {
      fields[index].value = wording;
      fields[index].dispatchEvent(new Event("input", { bubbles: true }));
    }
    const open = fields.find((field) => field.value.includes(GAP)) ?? fields[0];
    open.focus();
    const at = open.value.indexOf(GAP);
    if (at >= 0) open.setSelectionRange(at, at + GAP.length);
  };

  section.addEventListener("change", (event) => {
    const row = event.target.closest("[data-remark-row]");
    if (row && event.target.matches("select")) renew(row);
  });

  // --- A row on demand: for a field, which is then the only one to choose, with the codes of its classes; or for any

  const usual = JSON.parse(section.dataset.usual);

  const narrow = (row, path) => {
    for (const option of input(row, "path").querySelectorAll("option")) {
      option.hidden = Boolean(path) && option.value !== path;
    }
    const [, classes] = usual.find(([part]) => path.includes(part));
    for (const group of input(row, "code").querySelectorAll("optgroup")) {
      group.hidden = Boolean(path) && !classes.includes(group.label);
    }
    for (const group of input(row, "path").querySelectorAll("optgroup")) {
      group.hidden = [...group.children].every((option) => option.hidden);
    }
    row.querySelector("[data-narrow]").hidden = !path;
  };

  const isBlank = (row) => ["path", "code", "seen", "expected"].every((name) => !input(row, name).value.trim());

  // Return whether there was a blank row to open.
  const open = (path) => {
    const row = [...section.querySelectorAll("[data-remark-row]")].find(isBlank);
    if (!row) return false;
    row.classList.add("is-open");
    narrow(row, path);
    if (path) {
      input(row, "path").value = path;
      input(row, "path").dispatchEvent(new Event("change", { bubbles: true }));
    }
    input(row, "code").focus();
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-remark-for]");
    if (link && open(link.dataset.remarkFor)) event.preventDefault();
  });
  section.addEventListener("click", (event) => {
    if (event.target.closest("[data-all-fields]")) narrow(event.target.closest("[data-remark-row]"), "");
    else if (event.target.closest('[name="more"]') && open("")) event.preventDefault();
  });
  section.addEventListener("click", (event) => {
    const button = event.target.closest('[name="pick"], [name="drop"]');
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-remark-row]");
    if (button.name === "pick") fill(row, button);
    else row.dispatchEvent(new CustomEvent("remark-removed", { bubbles: true }));
  });
  // Its fields are emptied where they stand: a blank row does not count, and nothing moves.
  section.addEventListener("remark-removed", ({ target: row }) => {
    for (const name of ["path", "code", "seen", "expected", "origin"]) input(row, name).value = "";
    input(row, "origin").dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
