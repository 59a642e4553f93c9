// <div data-drop> around a file field: a picture dropped into it is chosen, as by the field's own button.
// A field for several pictures takes all that are dropped.
(() => {
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  const start = (frame) => {
    const input = frame.querySelector('input[type="file"]');
    const mark = (on) => frame.toggleAttribute("data-over-it", on);

    frame.querySelector("[data-drop-words]").hidden = false;
    frame.addEventListener("dragover", (event) => mark(holdsFiles(event)));
    frame.addEventListener("dragleave", (event) => { if (!frame.contains(event.relatedTarget)) mark(false); });
    frame.addEventListener("drop", (event) => {
      mark(false);
      const dropped = [...(event.dataTransfer?.files ?? [])].slice(0, input.multiple ? undefined : 1);
      if (!dropped.length) return;
      const files = new DataTransfer();
      for (const file of dropped) files.items.add(file);
      input.files = files.files;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  document.querySelectorAll("[data-drop]").forEach(start);
  // A file that misses the frame must not replace the page, with everything that was chosen on it.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => { if (holdsFiles(event)) event.preventDefault(); });
  }
})();
