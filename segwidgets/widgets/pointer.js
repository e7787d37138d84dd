// What ipycanvas does not tell: which button, which modifiers, a drag outside the canvas, keys wherever the focus is.
// These listeners come before ipycanvas's own, which then hear nothing; without this file they hear all, as ever.

const ROOT = ".segwidgets-click";
const SUPPRESS = "data-lm-suppress-shortcuts"; // Lumino then carries out none of Jupyter's commands
const TYPING = "textarea, select, [contenteditable=true], input:not([type=checkbox], [type=radio], [type=range])";
const A_BUTTONS_OWN = ["enter", " "];
const A_SLIDERS_OWN = [...A_BUTTONS_OWN, "arrowleft", "arrowright", "arrowup", "arrowdown", "home", "end", "pageup", "pagedown"];
const NEVER_JUPYTERS = ["enter", "backspace", "delete", " "]; // not even with Ctrl: they would run the cell again, or delete it
const IPYCANVAS_HEARS = [
  "mousedown", "mouseup", "mousemove", "mouseenter", "mouseleave", "mouseout", "wheel", "touchstart", "touchend", "touchmove",
  "touchcancel", "keydown", "keyup", "keypress",
];

const HEADERS = ".jupyter-widget-Collapse-header, .p-Collapse-header";

// Names and states that ipywidgets' controls do not have of their own. Only what differs is written: this hears of its own changes.
function sayInWords(root, label, hasCanvas) {
  const set = (element, name, value) => {
    if (value && element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  const all = (selector, describe) => root.querySelectorAll(selector).forEach(describe);
  const wordsOf = (element) => {
    for (let at = element; at && at !== root; at = at.parentElement) {
      const words = at.querySelector(":scope > .widget-label")?.textContent.trim() || at.title;
      if (words) return words;
    }
    return "";
  };

  all(".sw-stage canvas", (canvas) => {
    set(canvas, "role", hasCanvas ? "application" : "img"); // readers hand the arrow keys on to the former
    set(canvas, "aria-label", label);
  });
  all(".sw-stage img", (picture) => set(picture, "alt", label));
  all(".sw-candidate", (candidate) => {
    const picture = candidate.querySelector("img");
    if (picture) set(picture, "alt", candidate.querySelector("button")?.title);
  });
  all(".sw-spoken", (region) => {
    set(region, "role", "status");
    set(region, "aria-live", "polite");
  });
  all("button", (button) => {
    const text = button.textContent.trim();
    if (!/[\p{L}\p{N}]/u.test(text)) set(button, "aria-label", button.title); // an icon
    else if (button.classList.contains("sw-swatch")) set(button, "aria-label", `${text}. ${button.title}`);
    if (button.classList.contains("sw-toggle")) set(button, "aria-pressed", String(button.classList.contains("sw-on")));
    if (button.classList.contains("jupyter-button") && button.closest(".widget-toggle-buttons"))
      set(button, "aria-pressed", String(button.classList.contains("mod-active")));
  });
  all("button i", (icon) => set(icon, "aria-hidden", "true"));
  all("input[type=text]", (box) => {
    if (!box.labels?.length || !box.labels[0].textContent.trim()) set(box, "aria-label", wordsOf(box) || box.placeholder);
  });
  all("[role=slider]", (handle) => set(handle, "aria-label", wordsOf(handle)));
  all(".widget-readout[contenteditable]", (readout) => {
    set(readout, "role", "textbox");
    set(readout, "aria-label", wordsOf(readout));
  });
  all(HEADERS, (header) => {
    const open = header.matches(".jupyter-widget-Collapse-open") || header.parentElement.matches(".jupyter-widget-Collapse-open, .p-Collapse-open");
    set(header, "tabindex", "0"); // they can only be clicked on
    set(header, "role", "button");
    set(header, "aria-expanded", String(open));
  });
}

function attach(root, model, signal) {
  let held = null; // the pointer that is down
  let stop = -1; // which point Tab came to

  const listen = (name, handle, options = {}) =>
    root.addEventListener(name, handle, { capture: true, signal, ...options });
  const canvasOf = ({ target }) =>
    model.get("has_canvas") && target instanceof HTMLCanvasElement && target.closest(".sw-stage") ? target : null;

  const say = (kind, canvas, event, more = {}) => {
    const box = canvas.getBoundingClientRect(); // anew each time: the page may have scrolled
    const unit = canvas.width / box.width;
    const x = (event.clientX - box.left) * unit;
    const y = (event.clientY - box.top) * (canvas.height / box.height);
    model.send({ kind, x, y, unit, pointer: event.pointerType, ...more });
  };

  const onCanvas = (name, handle) =>
    listen(name, (event) => {
      const canvas = canvasOf(event);
      if (canvas) handle(event, canvas);
    });

  for (const name of IPYCANVAS_HEARS) {
    onCanvas(name, (event) => {
      event.stopPropagation();
      if (name === "mousedown") event.preventDefault(); // else a drag selects the page's text
    });
  }

  onCanvas("contextmenu", (event) => {
    event.preventDefault();
    event.stopPropagation();
  });

  onCanvas("pointerdown", (event, canvas) => {
    canvas.focus({ preventScroll: true });
    if (!event.isPrimary) {
      held = null;
      model.send({ kind: "cancel" }); // two fingers mean something else
      return;
    }
    const onAMac = event.ctrlKey && navigator.platform.startsWith("Mac"); // there it is the right button
    const button = event.button === 0 && onAMac ? 2 : event.button;
    if (button !== 0 && button !== 2) return;
    held = event.pointerId;
    try {
      canvas.setPointerCapture(held);
    } catch {} // it is up again already
    say("down", canvas, event, { background: button === 2 || event.altKey || event.shiftKey, time: event.timeStamp });
  });

  onCanvas("pointermove", (event, canvas) => {
    if (held === event.pointerId) say("drag", canvas, event);
    else if (held === null && !event.buttons) say("hover", canvas, event);
  });

  onCanvas("pointerup", (event, canvas) => {
    if (held !== event.pointerId) return;
    held = null;
    say("up", canvas, event);
  });

  for (const name of ["pointercancel", "lostpointercapture"]) {
    onCanvas(name, (event) => {
      if (held !== event.pointerId) return;
      held = null;
      model.send({ kind: "cancel" });
    });
  }

  onCanvas("pointerleave", (event) => {
    if (held === null && event.pointerType !== "touch") model.send({ kind: "leave" });
  });

  onCanvas("focus", () => (stop = -1));

  const describe = () => sayInWords(root, model.get("label"), model.get("has_canvas"));
  const watching = new MutationObserver(describe);
  watching.observe(root, { childList: true, subtree: true, attributeFilter: ["class", "title"] });
  model.on("change:label", describe);
  signal.addEventListener("abort", () => {
    watching.disconnect();
    model.off("change:label", describe);
  });
  describe();

  listen("keydown", (event) => {
    if (!event.target.matches(HEADERS) || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.target.click();
  });

  const meaning = (event) => {
    const ctrl = event.ctrlKey || event.metaKey ? "ctrl+" : "";
    const key = event.key.toLowerCase();
    const names = event.shiftKey ? [`${ctrl}shift+${key}`, ctrl + key] : [ctrl + key];
    return model.get("heard").some((one) => names.includes(one));
  };

  const isTheControls = (event) => {
    const { target } = event;
    if (target instanceof HTMLCanvasElement) return false;
    const own = target.closest(`button, ${HEADERS}`) ? A_BUTTONS_OWN : A_SLIDERS_OWN;
    return target.closest(TYPING) !== null || own.includes(event.key.toLowerCase());
  };

  // On the window, which hears of it before the document, where Lumino listens.
  window.addEventListener("keydown", (event) => {
    if (!root.contains(event.target) || !event.key) return;
    const ours = meaning(event);
    const chord = (event.ctrlKey || event.metaKey) && !event.altKey;
    const jupyters = chord && !ours && !NEVER_JUPYTERS.includes(event.key.toLowerCase()); // Ctrl+S saves, as ever
    root.toggleAttribute(SUPPRESS, !jupyters);
    event.target.toggleAttribute(SUPPRESS, !jupyters); // some commands ask for the focus, wherever it is
    if (event.key === "Tab" && canvasOf(event)) {
      const next = stop + (event.shiftKey ? -1 : 1);
      if (next < 0 || next >= model.get("stops")) return; // leave, as anywhere
      stop = next;
      event.preventDefault();
      model.send({ kind: "stop", number: stop });
      return;
    }
    if (!ours || event.isComposing || event.altKey || isTheControls(event)) return;
    event.preventDefault();
    event.stopPropagation();
    model.send({ kind: "key", key: event.key, shift: event.shiftKey, ctrl: event.ctrlKey, meta: event.metaKey });
  }, { capture: true, signal });

  root.addEventListener("keydown", (event) => {
    if (root.hasAttribute(SUPPRESS)) event.stopPropagation(); // front ends without Lumino
  }, { signal });

  const showCursor = () => {
    for (const canvas of root.querySelectorAll(".sw-stage canvas")) canvas.style.cursor = model.get("cursor");
  };
  model.on("change:cursor", showCursor);
  signal.addEventListener("abort", () => model.off("change:cursor", showCursor));

  root.setAttribute(SUPPRESS, "");
}

function render({ model, el }) {
  const ending = new AbortController();
  const look = () => {
    const root = el.closest(ROOT);
    if (!root || !el.isConnected) return false;
    attach(root, model, ending.signal);
    return true;
  };
  if (!look()) {
    const waiting = new MutationObserver(() => {
      if (look()) waiting.disconnect();
    });
    waiting.observe(document, { childList: true, subtree: true });
    ending.signal.addEventListener("abort", () => waiting.disconnect());
  }
  return () => ending.abort();
}

export default { render };
