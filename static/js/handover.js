// The page with the code renews what has come, every few seconds, until nothing more will come.
// Without this file a link does it.
(() => {
  const PAUSE = 3000; // milliseconds

  const contentOf = (node) => node.textContent.trim() + [...node.querySelectorAll("img")].map((image) => image.getAttribute("src"));

  const watch = (box) => {
    const until = Number(box.dataset.until) * 1000 + 2 * PAUSE; // a little longer, to show that it is over
    const over = () => box.querySelector("[data-over]") !== null || Date.now() > until;

    // Only what has changed is put in: a screen reader says it once, and what has the focus stays.
    const show = (text) => {
      const { body } = new DOMParser().parseFromString(text, "text/html");
      if (contentOf(body) !== contentOf(box)) box.replaceChildren(...body.childNodes);
    };
    const hideCode = () => {
      const code = document.querySelector("[data-handover-code]");
      if (code && over()) code.hidden = true;
    };
    const look = async () => {
      try {
        const answer = document.hidden ? null : await fetch(box.dataset.handover, { redirect: "error" });
        if (answer?.status === 404) return;
        if (answer?.ok) show(await answer.text());
      } catch {
        // no network for a moment; the next look may have one
      }
      hideCode();
      if (!over()) setTimeout(look, PAUSE);
    };
    if (!over()) setTimeout(look, PAUSE);
  };

  document.querySelectorAll("[data-handover]").forEach(watch);
})();
