// A form with data-autosave="<address>" is saved whenever one leaves a field; with data-as-typed also while one types.
// A field with data-apart is not saved on the way, only by its own button; leaving with a text in it asks first.
// Words: templates/filings/_autosave.html, templates/desk/_autosave_problems.html.
// It tells "autosaved" (the findings, and what was sent) and "autosave-conflict" on the form; hints.js shows what they
// carry. Without this file the form is saved by its buttons.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  const PAUSES = [2, 4, 8, 16, 32, 60]; // seconds between two tries while nothing gets through
  const PATIENCE = 15; // seconds a try may take
  const SOON = 150; // milliseconds in which a button may still follow the field one has left
  const PAUSE = 1000; // milliseconds without a key after which a form with data-as-typed is saved
  const CLICK = 100; // milliseconds in which the click of a finger follows its lifting
  const WAITING = ["offline", "failing"]; // tried again by itself
  const UNSENDABLE = ["offline", "signed_out"]; // the button would lose what was typed, too
  const ENDED = ["changed", "closed"]; // only somebody's decision helps
  const words = document.querySelector("[data-autosave-words]");
  const version = form.elements[form.dataset.versioned || "version"]; // of what is saved; others may stand in the form
  const seen = form.elements.seen; // what the page has shown, where it says so
  const bar = words.querySelector("[data-part=bar]");
  const state = document.querySelector("[data-part=state]");

  const apart = [...form.elements].filter((field) => "apart" in field.dataset);
  const isTypedApart = () => apart.some((field) => field.matches("textarea") && field.value.trim());

  const content = (of) => {
    const data = new FormData(of);
    for (const { name } of apart) data.delete(name);
    // the type of service is chosen by a button, not on the way
    for (const name of ["version", "seen", version.name, "csrfmiddlewaretoken", "service"]) data.delete(name);
    return new URLSearchParams(data).toString();
  };
  const asServed = () => {
    const copy = form.cloneNode(true);
    copy.reset();
    return content(copy);
  };

  let saved = form.hasAttribute("data-unsaved") ? null : asServed(); // what the portal has
  let problem = "";
  let running = null; // the save under way
  let wanted = false; // another one is due after it
  let timer = 0;
  let tries = 0;
  let leaving = false; // a button has been pressed, and everything is saved that can be
  let newest = {}; // what a lost race was answered with
  let answered = null; // what the last save was answered with, and what was sent in it
  let pressed = false; // a pointer is down
  let held = null; // what changes on the page when it is up

  const unsaved = () => content(form) !== saved;

  // Nothing moves while a pointer is down; afterwards what one is at stays where it is on the screen.
  const steadily = (change) => {
    held = pressed ? change : null;
    if (pressed) return;
    const here = form.contains(document.activeElement) ? document.activeElement : form;
    const before = here.getBoundingClientRect().top;
    change();
    window.scrollBy({ top: here.getBoundingClientRect().top - before, behavior: "instant" });
  };
  const released = () => setTimeout(() => {
    pressed = false;
    if (held) steadily(held);
  }, CLICK);

  const show = (name, message = "") => {
    problem = name;
    steadily(() => {
      if (bar.dataset.problem !== name) {
        const template = name && words.querySelector(`template[data-problem="${name}"]`);
        bar.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
      }
      bar.dataset.problem = name;
      const place = bar.querySelector("[data-part=message]");
      if (place && place.textContent !== message) place.textContent = message;
    });
  };

  const body = () => {
    const data = new FormData(form);
    for (const field of form.querySelectorAll("input[type=password]")) data.delete(field.name); // never kept
    for (const { name } of apart) data.delete(name);
    return new URLSearchParams(data);
  };

  const post = async () => {
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: body(),
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE * 1000),
      });
      if (response.redirected) return { status: 401, code: "signed_out" };
      const code = { 403: "csrf", 404: "not_found" }[response.status]; // where the answer is a page
      return { code, status: response.status, ...(await response.json().catch(() => ({}))) };
    } catch {
      return { status: 0 };
    }
  };

  // Signing in again makes the page's token worthless; whoever is signed in gets the new one.
  const renew = async () => {
    try {
      const { url } = words.querySelector("[data-part=token]").dataset;
      const { token } = await (await fetch(url, { headers: { Accept: "application/json" } })).json();
      if (!token) return false;
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
      return true;
    } catch {
      return false;
    }
  };

  const kind = (answer) => {
    if (answer.status === 200) return "";
    if (answer.status === 0) return "offline";
    if (answer.status >= 500) return "failing";
    const byCode = { signed_out: "signed_out", csrf: "expired", not_found: "not_found", changed: "changed", closed: "closed" };
    return byCode[answer.code] || "refused";
  };

  const goOnFrom = (answer) => {
    version.value = answer.version;
    if (seen && answer.seen) seen.value = answer.seen;
  };

  // Of a lost race: each field with what is saved now and what was typed here.
  const list = (fields) => {
    const places = bar.querySelector("[data-part=fields]");
    places?.replaceChildren(...fields.map(({ label, value, typed, url }) => {
      const line = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: url, textContent: label });
      line.append(link, ` ${words.dataset.meanwhile} ${value || "—"} · ${words.dataset.typed} ${typed || "—"}`);
      return line;
    }));
  };

  const tell = () => {
    if (answered) form.dispatchEvent(new CustomEvent("autosaved", { detail: answered }));
  };

  const send = async () => {
    clearTimeout(timer);
    const sent = content(form);
    let answer = await post();
    if (answer.code === "csrf" && (await renew())) answer = await post();
    const name = kind(answer);
    show(name, answer.detail);
    if (!name) {
      saved = sent;
      tries = 0;
      goOnFrom(answer);
      state.textContent = `${words.dataset.saved} ${answer.saved_at.slice(11, 16)}`;
      answered = { findings: answer.findings, sent: new URLSearchParams(sent) };
      tell();
    } else if (name === "changed") {
      newest = answer;
      list(answer.saved);
      form.dispatchEvent(new CustomEvent("autosave-conflict", { detail: answer.saved }));
    } else if (WAITING.includes(name)) {
      timer = setTimeout(save, PAUSES[Math.min(tries, PAUSES.length - 1)] * 1000);
      tries += 1;
    }
  };

  const sendAll = async () => {
    do {
      wanted = false;
      await send();
    } while (wanted && !problem && unsaved());
  };

  const save = () => {
    if (running) wanted = true;
    running ??= sendAll().finally(() => { running = null; });
    return running;
  };

  const saveIn = (pause) => {
    if (leaving || ENDED.includes(problem)) return;
    clearTimeout(timer);
    timer = setTimeout(() => (unsaved() || problem ? save() : tell()), pause);
  };
  const saveSoon = () => saveIn(SOON);

  const acts = {
    again: save,
    mine: () => {
      goOnFrom(newest);
      save();
    },
    theirs: () => {
      saved = content(form);
      location.assign(form.dataset.page);
    },
  };

  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const up of ["pointerup", "pointercancel"]) document.addEventListener(up, released, true);
  // A list that opens over the page keeps the release to itself.
  document.addEventListener("pointermove", ({ buttons }) => { if (pressed && !buttons) released(); });
  form.addEventListener("change", saveSoon);
  form.addEventListener("focusout", saveSoon);
  if (form.hasAttribute("data-as-typed")) form.addEventListener("input", () => saveIn(PAUSE));
  bar.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
  window.addEventListener("online", () => { if (WAITING.includes(problem)) save(); });
  window.addEventListener("focus", () => { if (["signed_out", "not_found"].includes(problem)) save(); });

  // The button waits for the save under way, so that it never loses a race against its own page.
  const isDue = () => unsaved() && !ENDED.includes(problem);
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (leaving || !(running || isDue())) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (form.hasAttribute("data-waiting")) return;
    form.toggleAttribute("data-waiting", true);
    await running;
    if (isDue()) await save();
    form.toggleAttribute("data-waiting", false);
    if (unsaved() && UNSENDABLE.includes(problem)) return;
    leaving = true;
    form.requestSubmit(event.submitter);
  });

  // A link waits for it as well; when it fails, the browser asks.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link?.target;
    if (!link || elsewhere || event.defaultPrevented || problem || !unsaved()) return;
    if (link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    await save();
    location.assign(link.href);
  });

  window.addEventListener("beforeunload", (event) => {
    if (!leaving && (unsaved() || isTypedApart())) event.preventDefault();
  });
  // A page out of the browser's memory is older than what is saved.
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted && !unsaved()) location.reload();
  });
})();
