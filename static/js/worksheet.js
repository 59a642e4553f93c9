// The verification sheet: what an item is about is marked while one is at it; a block one has seen gets its yes at once;
// y, n and x answer the item one is at and lead to the next open one. Without this file the buttons do the same, slower.
// An answer given by the pointer moves nothing on the page; the key n opens the note, for there one goes on.
(() => {
  const sheet = document.querySelector("form[data-sheet]");
  if (!sheet) return;

  const ANSWERS = { y: "yes", n: "no", x: "na" };
  const items = [...sheet.querySelectorAll("[data-item]")];
  const radios = (item) => [...item.querySelectorAll(".field-control input[type=radio]")];
  const isOpen = (item) => !radios(item).some((radio) => radio.checked);

  const count = () => {
    for (const block of sheet.querySelectorAll("[data-block]")) {
      const all = [...block.querySelectorAll("[data-item]")];
      const open = all.filter(isOpen).length;
      block.querySelector("[data-count]").textContent = `${all.length - open}/${all.length}`;
      block.toggleAttribute("data-done", open === 0);
    }
  };

  const answer = (item, value) => {
    const radio = radios(item).find((one) => one.value === value);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  // --- What the item one is at is about

  const mark = (item) => {
    for (const element of document.querySelectorAll(".is-about")) element.classList.remove("is-about");
    for (const link of item?.querySelectorAll("[data-fact], [data-paper]") ?? []) {
      document.getElementById(link.dataset.fact || link.dataset.paper)?.classList.add("is-about");
    }
  };
  sheet.addEventListener("focusin", (event) => mark(event.target.closest("[data-item]")));

  // --- A "no" that is none any more takes its remark along, unless somebody has edited it

  const isTouched = (control) => (
    control.matches("select") ? !control.selectedOptions[0].defaultSelected : control.value !== control.defaultValue);

  const judgeRemarks = (name, value) => {
    for (const row of sheet.querySelectorAll("[data-remark-row]")) {
      if (row.querySelector("[name$='-origin']").value.split(":")[0] !== name) continue;
      const touched = [...row.querySelectorAll("select, textarea")].some(isTouched);
      const asDrafted = row.hasAttribute("data-as-drafted") && !touched;
      if (value !== "no" && asDrafted) row.dispatchEvent(new CustomEvent("remark-removed", { bubbles: true }));
      else row.querySelector(".remark-outlives").classList.toggle("is-shown", value !== "no");
    }
  };

  // --- Answering

  sheet.addEventListener("change", (event) => {
    const item = event.target.closest("[data-item]");
    if (!item || event.target.type !== "radio") return;
    // The answer is the verifier's own now.
    item.querySelector(".item-source")?.classList.add("is-over");
    judgeRemarks(event.target.name, event.target.value);
    count();
  });

  sheet.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seen]");
    if (!button) return;
    event.preventDefault();
    for (const item of button.closest("[data-block]").querySelectorAll("[data-item]")) {
      if (isOpen(item)) answer(item, "yes");
    }
  });

  const isTyping = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
  sheet.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-item]");
    const value = ANSWERS[event.key.toLowerCase()];
    const keysAreOn = document.documentElement.classList.contains("has-keys");
    if (!item || !value || !keysAreOn || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!answer(item, value)) return;
    event.preventDefault();
    event.stopPropagation();
    if (value === "no") {
      item.querySelector("details").open = true;
      item.querySelector("textarea").focus();
    } else {
      radios(items.slice(items.indexOf(item)).find(isOpen) ?? item)[0].focus();
    }
  });

  count();
})();
