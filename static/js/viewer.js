// Evidence opens over the page, to zoom and turn. Without this file the thumbnail links to the picture itself.
(() => {
  const ZOOMS = 4;
  const TURNS = 4;

  const open = (link, template) => {
    const dialog = template.content.firstElementChild.cloneNode(true);
    const picture = document.createElement("img");
    const state = { zoom: 1, turn: 0 };
    const show = () => { picture.className = `zoom-${state.zoom} turn-${state.turn}`; };
    const acts = {
      closer: () => { state.zoom = Math.min(state.zoom + 1, ZOOMS); },
      farther: () => { state.zoom = Math.max(state.zoom - 1, 1); },
      turn: () => { state.turn = (state.turn + 1) % TURNS; },
      close: () => dialog.close(),
    };
    picture.src = link.href;
    picture.alt = link.dataset.label;
    dialog.querySelector("[data-viewer-title]").textContent = link.dataset.label;
    dialog.querySelector("[data-viewer-stage]").append(picture);
    dialog.addEventListener("click", (event) => {
      acts[event.target.closest("[data-act]")?.dataset.act]?.();
      show();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    show();
    document.body.append(dialog);
    dialog.showModal();
  };

  for (const block of document.querySelectorAll("[data-viewer]")) {
    block.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-label]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(link, block.querySelector("template"));
    });
  }
})();
