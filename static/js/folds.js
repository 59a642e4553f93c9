// What unfolds over a page (.queue-fold) closes when one presses elsewhere, and with Escape. Without scripts its summary
// closes it.
(() => {
  const open = () => document.querySelectorAll(".queue-fold[open]");

  document.addEventListener("pointerdown", ({ target }) => {
    for (const fold of open()) {
      if (!fold.contains(target)) fold.open = false;
    }
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const fold of open()) {
      fold.open = false;
      fold.querySelector("summary").focus();
    }
  });
})();
