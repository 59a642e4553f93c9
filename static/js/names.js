// Names of units are suggested while one types into the public query, in the browser's own list of a field.
// Without this file the search finds the same.
(() => {
  const PAUSE = 250; // milliseconds without a key
  const SHORTEST = 2; // characters

  const start = (input) => {
    const list = input.list;
    let waiting = 0;
    let asked = "";

    const show = (names) => {
      list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    };
    const ask = async () => {
      const text = input.value.trim();
      if (text === asked || [...list.options].some(({ value }) => value === text)) return; // one was chosen
      asked = text;
      if ([...text].length < SHORTEST) {
        show([]);
        return;
      }
      try {
        const answer = await fetch(`${input.dataset.names}?q=${encodeURIComponent(text)}`, { redirect: "error" });
        if (answer.ok && text === asked) show((await answer.json()).names);
      } catch {
        // no network for a moment: no suggestions
      }
    };
    // An input method shows its own list while it composes.
    input.addEventListener("input", ({ isComposing }) => {
      clearTimeout(waiting);
      if (!isComposing) waiting = setTimeout(ask, PAUSE);
    });
    input.addEventListener("compositionend", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    });
  };

  document.querySelectorAll("input[data-names]").forEach(start);
})();
