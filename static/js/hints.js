// Beside a field one has left stands what is to be mended in it, until it is mended; a field not left yet says nothing.
// Also how many characters are left, near the limit. Words and markup: templates/filings/_autosave.html.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  const NEAR = 20; // characters from the limit at which the counting begins
  const words = document.querySelector("[data-autosave-words]");
  const say = words.querySelector("[data-part=say]");
  const left = new Set(form.querySelectorAll(".field-wrong"));
  let findings = null; // unknown until the first save

  const controlsOf = (field) => field.querySelectorAll("input:not([type=hidden]), select, textarea");
  // Every field is known by the id that links point to: that of its control, or of the group of its controls.
  const idOf = (field) => field.querySelector(".field-control [id], .field-check [id]").id;
  const fieldOf = (url) => document.getElementById(url.split("#")[1] || "")?.closest(".field");

  const describe = (field, id, on) => {
    const body = field.querySelector(".field-body");
    for (const element of body.tagName === "FIELDSET" ? [body] : controlsOf(field)) {
      const ids = (element.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
      if (on) ids.push(id);
      if (ids.length) element.setAttribute("aria-describedby", ids.join(" "));
      else element.removeAttribute("aria-describedby");
    }
  };

  const paragraph = ({ severity, text }) => {
    const made = words.querySelector(`template[data-hint="${severity}"]`).content.firstElementChild.cloneNode(true);
    made.append(text);
    return made;
  };

  const textOf = (element) => (element?.textContent || "").replace(/\s+/g, " ").trim();

  const show = (field, said) => {
    const id = `${idOf(field)}_error`;
    const old = document.getElementById(id);
    const made = document.createElement("div");
    made.id = id;
    made.append(...said.map(paragraph));
    if (textOf(old) === textOf(made)) return;
    const wrong = said.some(({ severity }) => severity === "blocks");
    old?.remove();
    if (said.length) field.querySelector(".field-control, .field-check").before(made);
    field.classList.toggle("field-wrong", wrong);
    describe(field, id, said.length > 0);
    for (const control of controlsOf(field)) {
      if (wrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    const label = field.querySelector(".field-label, .field-check label").firstChild.textContent.trim();
    if (said.length) say.textContent = `${label}: ${said.map(({ text }) => text).join(" ")}`;
  };

  // What one is reading or typing in stays where it is on the screen.
  const steadily = (change) => {
    const here = form.contains(document.activeElement) ? document.activeElement : null;
    const before = here?.getBoundingClientRect().top;
    change();
    if (here) window.scrollBy(0, here.getBoundingClientRect().top - before);
  };

  const render = () => {
    if (findings === null) return;
    steadily(() => {
      for (const field of left) {
        show(field, findings.filter(({ url }) => fieldOf(url) === field).map(({ severity, message, fix }) => (
          { severity, text: `${message} ${fix}`.trim() })));
      }
    });
  };

  form.addEventListener("focusout", (event) => {
    const field = event.target.closest(".field");
    if (!field || field.contains(event.relatedTarget)) return;
    left.add(field);
    render();
  });
  form.addEventListener("autosaved", (event) => {
    findings = event.detail;
    render();
  });
  form.addEventListener("autosave-conflict", (event) => {
    steadily(() => {
      for (const { value, url } of event.detail) {
        const field = fieldOf(url);
        if (!field) continue;
        left.add(field);
        show(field, [{ severity: "blocks", text: `${words.dataset.meanwhile} ${value || "—"}` }]);
      }
    });
  });

  // --- How many characters are left -------------------------------------------------------------------
  const count = (control) => {
    const limit = Number(control.dataset.limit);
    // As the portal counts: characters, and two for the end of a line.
    const rest = limit - [...control.value.replaceAll("\n", "\r\n")].length;
    const near = rest <= Math.min(NEAR, limit / 4);
    const place = control.parentElement.querySelector("[data-part=count]") || document.createElement("p");
    place.dataset.part = "count";
    place.className = "field-count";
    place.setAttribute("role", "status");
    if (!place.isConnected) control.after(place);
    place.textContent = near ? `${rest < 0 ? words.dataset.over : words.dataset.left} ${Math.abs(rest)}` : "";
  };
  let timer = 0;
  form.addEventListener("input", (event) => {
    if (!event.target.dataset.limit) return;
    clearTimeout(timer);
    timer = setTimeout(count, 300, event.target); // not at every key: it is read aloud
  });
})();
