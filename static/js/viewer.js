// Pictures to zoom and turn: over the page, or in a pane beside what one compares them with (data-viewer="pane").
// Nothing changes by itself. Without this file each thumbnail links to the picture.
(() => {
  const ZOOMS = 4;
  const TURNS = 4;

  // What all viewers do with the picture on their stage.
  const staged = (viewer) => {
    const picture = document.createElement("img");
    const state = { zoom: 1, turn: 0 };
    const draw = () => { picture.className = `zoom-${state.zoom} turn-${state.turn}`; };
    const acts = {
      closer: () => { state.zoom = Math.min(state.zoom + 1, ZOOMS); },
      farther: () => { state.zoom = Math.max(state.zoom - 1, 1); },
      turn: () => { state.turn = (state.turn + 1) % TURNS; },
    };
    const show = (link) => {
      state.zoom = 1;
      state.turn = 0;
      picture.src = link.href;
      picture.alt = link.dataset.label;
      viewer.querySelector("[data-viewer-title]").textContent = link.dataset.label;
      draw();
    };
    viewer.querySelector("[data-viewer-stage]").append(picture);
    viewer.addEventListener("click", (event) => {
      acts[event.target.closest("[data-act]")?.dataset.act]?.();
      draw();
    });
    return { show, acts };
  };

  const open = (link, template) => {
    const dialog = template.content.firstElementChild.cloneNode(true);
    const { show, acts } = staged(dialog);
    acts.close = () => dialog.close();
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    show(link);
    document.body.append(dialog);
    dialog.showModal();
  };

  const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  const pane = (block) => {
    const links = [...block.querySelectorAll("a[data-label]")];
    const template = block.querySelector("template");
    const viewer = template.content.firstElementChild.cloneNode(true);
    const { show, acts } = staged(viewer);
    let current = 0;
    const turnTo = (index) => {
      current = (index + links.length) % links.length;
      show(links[current]);
      for (const link of links) link.setAttribute("aria-current", String(link === links[current]));
    };
    acts.next = () => turnTo(current + 1);
    acts.previous = () => turnTo(current - 1);
    block.prepend(viewer);
    block.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-label]");
      if (!link || !isPlain(event)) return;
      event.preventDefault();
      turnTo(links.indexOf(link));
    });
    // An item of the sheet names its papers: its links show them here.
    document.addEventListener("click", (event) => {
      const wanted = event.target.closest("a[data-paper]");
      const link = wanted && document.getElementById(wanted.dataset.paper)?.querySelector("a[data-label]");
      if (!link || !isPlain(event)) return;
      event.preventDefault();
      turnTo(links.indexOf(link));
      viewer.scrollIntoView({ block: "nearest" });
    });
    turnTo(0);
  };

  for (const block of document.querySelectorAll("[data-viewer]")) {
    if (block.dataset.viewer === "pane") pane(block);
    else {
      block.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-label]");
        if (!link || !isPlain(event)) return;
        event.preventDefault();
        open(link, block.querySelector("template"));
      });
    }
  }
})();
