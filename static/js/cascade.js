// A select with data-cascade, whose options stand in groups, is preceded by a select of the groups: first the city, then
// the county. The select itself stays the form's value; a list with one group stays as it is.
(() => {
  const start = (select) => {
    const groups = [...select.querySelectorAll("optgroup")];
    if (groups.length < 2) return;
    const empty = select.querySelector("option[value='']");
    const chosen = select.selectedOptions[0]?.closest("optgroup");
    const first = document.createElement("select");
    first.setAttribute("aria-label", select.dataset.cascade);
    first.append(new Option(select.dataset.cascadeFirst, ""));
    groups.forEach((group, index) => first.append(new Option(group.label, index)));
    first.value = chosen ? groups.indexOf(chosen) : "";
    const contents = groups.map((group) => [...group.children]);

    const narrow = (value) => {
      const options = contents[first.value] || [];
      select.replaceChildren(empty, ...options);
      select.value = options.length === 1 ? options[0].value : value;
    };

    narrow(select.value);
    first.addEventListener("change", () => {
      narrow("");
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const pair = document.createElement("div");
    pair.className = "cascade";
    select.before(pair);
    pair.append(first, select);
  };

  document.querySelectorAll("select[data-cascade]").forEach(start);
})();
