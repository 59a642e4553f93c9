// Runs in every page of a test from its first moment: what was clicked, what has moved without being scrolled, and
// pressing the page's controls one by one. See presses.py.
(() => {
  const ears = { clicked: [], shifts: [], stops: false, controls: [] };
  window.ears = ears;

  const named = (node) => {
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!element) return "?";
    const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 20);
    return [element.localName, element.id || element.name || element.className, element.value, words].filter(Boolean).join(" ");
  };

  // --- What has moved
  const where = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(",");
  const take = (entries) => {
    for (const { startTime, sources } of entries) {
      const moved = sources.map(({ node, previousRect, currentRect }) => (
        `${named(node)} ${where(previousRect)} → ${where(currentRect)}`));
      ears.shifts.push({ at: startTime, moved });
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  ears.since = (start) => {
    take(observer.takeRecords());
    return ears.shifts.filter(({ at }) => at >= start);
  };
  ears.forget = () => {
    observer.takeRecords();
    ears.shifts.length = 0;
  };
  // What has been opened on purpose has moved what lies below it.
  const quiet = () => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      ears.forget();
      done();
    }));
  });

  // --- What was clicked; a press leads nowhere while one presses all that is there
  const KEPT = "input[type=checkbox], input[type=radio], summary, label, select";
  window.addEventListener("click", (event) => {
    ears.clicked.push(...event.composedPath());
    if (!ears.stops || event.target.closest(KEPT)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  // The page stays until the test leaves it: that of a running import loads itself again every three seconds.
  navigation.addEventListener("navigate", (event) => {
    if (ears.stops && event.cancelable) event.preventDefault();
  });

  // --- Pressing all that is there
  const CONTROLS = "a[href]:not(.skip-link), button, summary, input:not([type=hidden]), select, textarea";
  // The search of a list hides on purpose what does not match.
  const WRITTEN = "input:not([type]), input[type=text], input[type=search]:not([data-short-list-search]), textarea";
  const OPENS = "summary, #id_same"; // opens or closes a part of the page, at once and on purpose
  const FOCUSED = "select, textarea, input:not([type=file], [type=submit], [type=image])";

  // The words of what stands in the frame around every page; empty for what is the page's own.
  const shared = (element) => {
    if (element.closest("main")) return "";
    return `${element.localName} ${element.textContent.trim()} ${element.getAttribute("href")}`;
  };
  ears.find = (known) => {
    ears.controls = [...document.querySelectorAll(CONTROLS)].filter((one) => !known.includes(shared(one)));
    ears.stops = true;
    ears.forget();
    return ears.controls.map(shared);
  };

  const place = (element) => {
    const rect = [...element.getClientRects()].find(({ width, height }) => width > 1 && height > 1);
    return rect && { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  };
  const isSeen = (element) => {
    const { visibility, clipPath } = getComputedStyle(element);
    return element.isConnected && !element.disabled && visibility !== "hidden" && clipPath === "none" && place(element);
  };
  // Go to another field of the form, to type something into it. Null where there is nothing to press.
  ears.enterAnother = (index) => {
    const element = ears.controls[index];
    if (!isSeen(element)) return null;
    document.activeElement?.blur();
    const others = [...(element.form?.querySelectorAll(WRITTEN) ?? [])];
    const written = others.filter((one) => one !== element && !one.readOnly && isSeen(one));
    const isBefore = (one) => one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    const near = written.filter(isBefore).pop() || written[0];
    near?.focus({ preventScroll: true });
    return Boolean(near);
  };
  ears.aim = (index) => {
    const element = ears.controls[index];
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const at = place(element);
    let hit = document.elementFromPoint(at.x, at.y);
    // A person closes what an earlier press has unfolded over it.
    const unfolded = hit?.closest("details[open]");
    if (unfolded && !unfolded.contains(element)) {
      unfolded.open = false;
      hit = document.elementFromPoint(at.x, at.y);
    }
    const covered = [element, ...(element.labels ?? [])].every((one) => !one.contains(hit));
    Object.assign(ears, { aimedAt: element, before: state(element), there: null });
    ears.clicked.length = 0;
    return { ...at, name: named(element), covered, at: performance.now() };
  };

  const state = (element) => (element.matches("summary") ? element.parentElement.open : element.checked);
  // Where the control is when the button goes up, before the page hears of it.
  window.addEventListener("mouseup", () => { if (ears.aimedAt) ears.there = place(ears.aimedAt); }, true);
  const does = (element) => {
    if (element.matches("[type=checkbox], summary")) return state(element) !== ears.before;
    if (element.matches("[type=radio]")) return element.checked;
    if (element.matches(FOCUSED)) return document.activeElement === element;
    return ears.clicked.includes(element);
  };
  ears.heard = async (index) => {
    const element = ears.controls[index];
    if (element.matches(OPENS)) await quiet();
    // While the list of a select is open, the page gets no mouseup.
    return { there: ears.there ?? place(element), does: does(element) };
  };
})();
