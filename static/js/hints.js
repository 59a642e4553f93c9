// Beside a field one has left, show what has to be corrected in it, until it is; a field not left yet shows nothing.
// What is said comes from a save of exactly what stands in the field, and has its room: it moves nothing on the page.
// Also how many characters are left, near the limit. Words and markup: templates/filings/_autosave.html.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  const NEAR = 20; // characters from the limit at which the counting begins
  const words = document.querySelector("[data-autosave-words]");
  const say = words.querySelector("[data-part=say]");
  const left = new Set(form.querySelectorAll(".field-wrong"));
  const about = new WeakMap(); // field → the content that what it says is about

  const controlsOf = (field) => field.querySelectorAll("input:not([type=hidden]), select, textarea");
  // Every field is known by the id that links point to: that of its control, or of the group of its controls.
  const idOf = (field) => field.querySelector(".field-control [id], .field-check [id]").id;
  const fieldOf = (url) => document.getElementById(url.split("#")[1] || "")?.closest(".field");
  const roomOf = (field) => field.querySelector("[data-part=messages]");

  // What a field holds in data that are sent: those of now, or those of a save.
  const contentOf = (field, data) => {
    const names = new Set([...controlsOf(field)].map(({ name }) => name).filter(Boolean));
    return JSON.stringify([...names].map((name) => data.getAll(name).map((value) => value.replaceAll("\r\n", "\n"))));
  };
  const now = (field) => contentOf(field, new FormData(form));

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

  // The room keeps the height it was made with, whatever stands in it.
  const put = (field, made) => {
    const room = roomOf(field);
    const { height } = room.getBoundingClientRect(); // offsetHeight is rounded, and several hints would add up
    if (height) room.style.height = `${height}px`;
    room.classList.remove("is-whole");
    document.getElementById(made.id)?.remove();
    if (made.childElementCount) room.prepend(made);
    room.classList.toggle("is-cut", made.scrollHeight > made.clientHeight);
  };

  const show = (field, messages) => {
    const made = document.createElement("div");
    made.id = `${idOf(field)}_error`;
    made.append(...messages.map(paragraph));
    if (textOf(document.getElementById(made.id)) === textOf(made)) return;
    const wrong = messages.some(({ severity }) => severity === "blocks");
    put(field, made);
    field.classList.toggle("field-wrong", wrong);
    describe(field, made.id, messages.length > 0);
    for (const control of controlsOf(field)) {
      if (wrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    const label = field.querySelector(".field-label, .field-check label").firstChild.textContent.trim();
    if (messages.length) say.textContent = `${label}: ${messages.map(({ text }) => text).join(" ")}`;
  };

  for (const field of left) about.set(field, now(field));

  form.addEventListener("focusout", (event) => {
    const field = event.target.closest(".field");
    if (!field || !roomOf(field) || field.contains(event.relatedTarget)) return;
    left.add(field);
    if (about.has(field) && about.get(field) !== now(field)) show(field, []); // until it is saved
  });
  form.addEventListener("autosaved", ({ detail: { findings, sent } }) => {
    for (const field of left) {
      const content = now(field);
      if (!roomOf(field) || field.contains(document.activeElement) || content !== contentOf(field, sent)) continue;
      about.set(field, content);
      show(field, findings.filter(({ url }) => fieldOf(url) === field).map(({ severity, message, fix }) => (
        { severity, text: `${message} ${fix}`.trim() })));
    }
  });
  form.addEventListener("autosave-conflict", (event) => {
    for (const { value, url } of event.detail) {
      const field = fieldOf(url);
      if (!field || !roomOf(field)) continue;
      left.add(field);
      about.set(field, now(field));
      show(field, [{ severity: "blocks", text: `${words.dataset.meanwhile} ${value || "—"}` }]);
    }
  });

  // --- How many characters are left -------------------------------------------------------------------
  const count = (control) => {
    const limit = Number(control.dataset.limit);
    // As the portal counts: characters, and two for the end of a line.
    const rest = limit - [...control.value.replaceAll("\n", "\r\n")].length;
    const near = rest <= Math.min(NEAR, limit / 4);
    const room = roomOf(control.closest(".field"));
    const place = room.querySelector("[data-part=count]") || document.createElement("p");
    place.dataset.part = "count";
    place.className = "field-count";
    place.setAttribute("role", "status");
    if (!place.isConnected) room.append(place);
    place.textContent = near ? `${rest < 0 ? words.dataset.over : words.dataset.left} ${Math.abs(rest)}` : "";
  };
  let timer = 0;
  form.addEventListener("input", (event) => {
    if (!event.target.dataset.limit) return;
    clearTimeout(timer);
    timer = setTimeout(count, 300, event.target); // not at every key: it is read aloud
  });
})();
