// Pictures to zoom and turn: over the page, or in a pane beside what one compares them with (data-viewer="pane").
// Each picture keeps its zoom and turn while the page is open. Without this file each thumbnail links to its picture.
(() => {
  const ZOOMS = 4;
  const TURNS = 4;
  const views = new Map(); // address of a picture → its zoom and turn

  // What all viewers do with the picture on their stage.
  const staged = (viewer) => {
    const picture = document.createElement("img");
    let view = { zoom: 1, turn: 0 };
    const draw = () => { picture.className = `zoom-${view.zoom} turn-${view.turn}`; };
    const acts = {
      closer: () => { view.zoom = Math.min(view.zoom + 1, ZOOMS); },
      farther: () => { view.zoom = Math.max(view.zoom - 1, 1); },
      turn: () => { view.turn = (view.turn + 1) % TURNS; },
    };
    const show = (url, label) => {
      if (!views.has(url)) views.set(url, { zoom: 1, turn: 0 });
      view = views.get(url);
      picture.src = url;
      picture.alt = label;
      viewer.querySelector("[data-viewer-title]").textContent = label;
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
    show(link.href, link.dataset.label);
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
      show(links[current].href, links[current].dataset.label);
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
    const named = (element) => document.getElementById(element.dataset.paper)?.querySelector("a[data-label]");
    // A link that names a paper shows it here.
    document.addEventListener("click", (event) => {
      const wanted = event.target.closest("a[data-paper]");
      const link = wanted && named(wanted);
      if (!link || !isPlain(event)) return;
      event.preventDefault();
      turnTo(links.indexOf(link));
    });
    // So does what has the focus, unless one of its papers is here already.
    document.addEventListener("focusin", (event) => {
      const place = event.target.closest("[data-item], [data-papers]");
      if (!place || event.target.closest("a[data-paper]")) return;
      const wanted = [place, ...place.querySelectorAll("[data-paper]")].filter((one) => one.dataset.paper).map(named);
      if (wanted.some(Boolean) && !wanted.includes(links[current])) turnTo(links.indexOf(wanted.find(Boolean)));
    });
    // A photo that was just taken is looked at here, too.
    document.addEventListener("photo-taken", ({ detail }) => {
      show(detail.url, detail.label);
      for (const link of links) link.removeAttribute("aria-current");
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
