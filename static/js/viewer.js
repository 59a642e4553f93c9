// Pictures to zoom and turn: over the page, or in a pane beside what one compares them with (data-viewer="pane").
// Each picture keeps its zoom and turn while the page is open. A link with data-mark (left, top, right and bottom as shares
// of the picture) also shows a place on it. Without this file each thumbnail links to its picture.
(() => {
  const ZOOMS = 4;
  const TURNS = 4;
  const views = new Map(); // address of a picture → its zoom and turn

  // What all viewers do with the picture on their stage.
  const staged = (viewer) => {
    const stage = viewer.querySelector("[data-viewer-stage]");
    const picture = document.createElement("img");
    const over = Object.assign(document.createElement("div"), { hidden: true }); // lies on the picture and has the mark
    const mark = Object.assign(document.createElement("span"), { className: "viewer-mark" });
    let view = { zoom: 1, turn: 0 };
    let place = null;
    over.append(mark);
    // The picture fills its box in one direction and is centred in the other.
    const drawMark = () => {
      const isLoaded = picture.complete && picture.naturalWidth; // before, the sizes may be another picture's
      over.hidden = !(place && isLoaded);
      if (over.hidden) return;
      const { offsetWidth: width, offsetHeight: height, naturalWidth, naturalHeight } = picture;
      const scale = Math.min(width / naturalWidth, height / naturalHeight);
      const across = (naturalWidth * scale) / width;
      const down = (naturalHeight * scale) / height;
      const percent = (share, length) => `${100 * ((1 - length) / 2 + share * length)}%`;
      const [left, top, right, bottom] = place;
      Object.assign(mark.style, {
        left: percent(left, across), top: percent(top, down), right: percent(1 - right, across), bottom: percent(1 - bottom, down),
      });
    };
    const draw = () => {
      picture.className = `zoom-${view.zoom} turn-${view.turn}`;
      over.className = `viewer-over ${picture.className}`;
      drawMark();
    };
    // What is marked comes into the middle of the stage, and nothing else scrolls.
    const seek = () => {
      if (over.hidden) return;
      const [at, of] = [mark.getBoundingClientRect(), stage.getBoundingClientRect()];
      stage.scrollBy(at.left + at.width / 2 - of.left - of.width / 2, at.top + at.height / 2 - of.top - of.height / 2);
    };
    picture.addEventListener("load", () => { drawMark(); seek(); });
    new ResizeObserver(drawMark).observe(stage);
    const acts = {
      closer: () => { view.zoom = Math.min(view.zoom + 1, ZOOMS); },
      farther: () => { view.zoom = Math.max(view.zoom - 1, 1); },
      turn: () => { view.turn = (view.turn + 1) % TURNS; },
    };
    const show = (url, label, marked = null) => {
      if (!views.has(url)) views.set(url, { zoom: 1, turn: 0 });
      view = views.get(url);
      place = marked;
      picture.src = url;
      picture.alt = label;
      viewer.querySelector("[data-viewer-title]").textContent = label;
      draw();
      if (picture.complete) seek();
    };
    stage.append(picture, over);
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
    const turnTo = (index, marked) => {
      current = (index + links.length) % links.length;
      show(links[current].href, links[current].dataset.label, marked);
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
      turnTo(links.indexOf(link), wanted.dataset.mark?.split(" ").map(Number));
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
