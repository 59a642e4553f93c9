// What was read on a picture is put into its field by a button, and saved like what is typed. A line says when pictures that
// were being read have been read, in the room it has: nothing on the page moves. Without this file the server does both.
(() => {
  const PAUSE = 2000; // milliseconds between two looks
  const MOST = 60; // looks

  const put = (button) => {
    const control = document.getElementById(button.dataset.use);
    const box = document.getElementById(`${button.dataset.use}_long_term`);
    const { value } = button.dataset;
    if (box) box.checked = value === "long_term";
    control.value = value === "long_term" ? "" : value;
    for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
    button.closest("[data-suggested]").classList.add("is-used"); // keeps its room
    return control;
  };

  document.addEventListener("click", (event) => {
    const one = event.target.closest("button[data-use]");
    const all = event.target.closest("button[data-use-all]");
    if (one) {
      event.preventDefault();
      put(one).focus();
    } else if (all) {
      event.preventDefault();
      const offered = [...document.querySelectorAll("button[data-use][data-offered]")];
      const empty = offered.filter(({ dataset: { use } }) => (
        !document.getElementById(use).value && !document.getElementById(`${use}_long_term`)?.checked));
      const [first] = empty.map(put);
      all.closest("[data-suggested]").classList.add("is-used");
      first?.focus();
    }
  });

  const watch = (line) => {
    let looks = 0;
    const say = () => {
      const status = line.querySelector("span");
      status.style.minHeight = `${status.getBoundingClientRect().height}px`;
      status.textContent = line.dataset.done;
      line.querySelector("a").textContent = line.dataset.show;
    };
    const look = async () => {
      looks += 1;
      try {
        const answer = document.hidden ? null : await fetch(line.dataset.reading, { redirect: "error" });
        if (answer?.status === 404) return;
        if (answer?.ok && !(await answer.json()).pending) {
          say();
          return;
        }
      } catch {
        // no network for a moment; the next look may have one
      }
      if (looks < MOST) setTimeout(look, PAUSE);
    };
    setTimeout(look, PAUSE);
  };
  document.querySelectorAll("[data-reading]").forEach(watch);
})();
