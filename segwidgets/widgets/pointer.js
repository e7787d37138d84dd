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

const PIECE = 1 << 20; // bytes of a file in one message: 10 MiB end the connection
const CLICK_PX = { touch: 10, mouse: 5 }; // of the screen: more is a drag, as the kernel has it
const HOLD_MS = 350; // a finger that rests so long on the photo drags there, whichever way it goes
const STEPS_AT_ONCE = 2; // while one is drawn the next is on its way there
const REST_MS = 150; // after the last step of a hand that moves the view
const WHEEL_ZOOM = 0.002; // of the exponent, for each pixel of the wheel
const WHEEL_MOST = 1000; // in one event, which may be several in one

const PANES = ".jp-WindowedPanel-outer, .jp-Notebook"; // that scroll
const ROOM_TO_SPARE = 40; // beneath the photo
const LEAST_HEIGHT = 240;
const FRAME = 2; // left and right of the photo, together

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
  all(".widget-upload", (button) => {
    const text = button.lastChild;
    if (text?.data?.endsWith(" (0)")) text.data = text.data.slice(0, -4); // how many files were chosen
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
  const page = Math.random().toString(36).slice(2); // two views count for themselves
  let sendPiece = null; // of the file that is on its way, from a byte on

  const isCutOff = () => {
    const { kernel } = model.widget_manager ?? {}; // not all front ends tell
    return root.classList.contains("jupyter-widgets-disconnected") || kernel === null || Boolean(kernel?.isDisposed);
  };
  // A kernel that died, was restarted, is busy or out of reach leaves a widget that looks alive: say so.
  const sayWhatIsTrue = () => {
    const { isGone, isLate, clicks } = sending.state();
    const told = (words) => model.get(words).replace("{count}", clicks);
    if (isGone) unmark(() => true);
    const words = isGone ? model.get("gone") + (clicks ? ` ${told("untaken")}` : "") : isLate ? told("late") : "";
    const place = root.querySelector(".sw-stage");
    let notice = root.querySelector(".sw-notice");
    if (notice && !words) notice.remove();
    if (!words || !place || notice?.textContent === words) return;
    if (!notice) {
      notice = document.createElement("div");
      notice.className = "sw-message sw-error sw-notice";
      notice.setAttribute("role", "alert");
      place.after(notice);
    }
    notice.textContent = words;
  };

  const sending = makeSending(model, page, isCutOff, sayWhatIsTrue, signal);
  const { send } = sending;
  const marked = new Map(); // points that were clicked, by the number of their click, until the kernel has heard it
  let pressed = null; // one whose button is still down, and where
  const unmark = (which) => {
    for (const [turn, { shape }] of marked) if (which(turn) && marked.delete(turn)) shape.remove();
  };
  const forgetPress = () => {
    pressed?.shape.remove();
    pressed = null;
  };
  const strokes = makeStrokes(root, model, send, signal);

  const onAnswer = (message) => {
    if (message?.page !== page) return;
    if (message.piece !== undefined) sendPiece?.(message.piece + PIECE);
    if (message.drawn) return viewIsDrawn();
    if (message.window) return fillWindow(message.window);
    if (message.stroke !== undefined) return strokes.isDrawn(message.stroke);
    sending.hear(message);
    unmark((turn) => turn === message.got || turn < message.due);
  };
  model.on("msg:custom", onAnswer);
  signal.addEventListener("abort", () => model.off("msg:custom", onAnswer));

  // In the top layer nothing of the page's own layout is in the way.
  const fillWindow = (how) => {
    const isFull = root.classList.contains("sw-full");
    if (!root.showPopover || how === (isFull ? "enter" : "leave")) return;
    if (isFull) {
      root.hidePopover();
      root.removeAttribute("popover"); // else it would stay hidden
    } else {
      root.setAttribute("popover", "manual");
      root.showPopover();
    }
    root.classList.toggle("sw-full", !isFull);
    root.querySelector(".sw-stage canvas")?.focus({ preventScroll: isFull });
    tellRoom();
  };

  // How much room there is for the photo: the width, and the height of what scrolls.
  let room = { width: 0, height: 0, ratio: 0 };
  let telling = 0; // a timer
  const tellRoom = () => {
    const body = root.querySelector(".sw-body");
    const bar = root.querySelector(".sw-bar");
    if (!model.get("has_canvas") || !(body?.clientWidth > FRAME)) return; // not on show
    const pane = root.classList.contains("sw-full") ? null : root.closest(PANES);
    const height = Math.min(window.innerHeight, pane?.clientHeight || Infinity) - bar.offsetHeight - ROOM_TO_SPARE;
    const now = { width: body.clientWidth - FRAME, height: Math.max(LEAST_HEIGHT, height), ratio: window.devicePixelRatio };
    const isNear = Math.abs(now.width - room.width) <= 16 && Math.abs(now.height - room.height) <= 40; // a scrollbar
    if (isNear && now.ratio === room.ratio) return;
    room = now;
    send({ kind: "room", ...now });
  };
  const tellRoomSoon = () => {
    clearTimeout(telling);
    telling = setTimeout(tellRoom, REST_MS);
  };
  const measuring = new ResizeObserver(tellRoomSoon);
  measuring.observe(root);
  window.addEventListener("resize", tellRoomSoon, { signal });
  signal.addEventListener("abort", () => {
    measuring.disconnect();
    clearTimeout(telling);
  });

  // The view follows the hand: so many steps are on their way, the next one is sent when one is drawn, and what was meant
  // meanwhile is one step.
  let step = null; // not sent yet
  let drawing = []; // when those were sent that are not drawn yet
  let resting = 0; // a timer: when no more comes the photo is drawn in full detail

  const sendStep = () => {
    drawing = drawing.filter((since) => performance.now() - since < PATIENCE_MS);
    if (!step || drawing.length >= STEPS_AT_ONCE) return;
    drawing.push(performance.now());
    const { x, y, unit, factor, tx, ty } = step;
    send({ kind: "view", x, y, unit, factor, dx: (tx - x * (1 - factor)) / factor, dy: (ty - y * (1 - factor)) / factor });
    step = null;
  };
  const viewIsDrawn = () => {
    drawing.shift();
    sendStep();
  };
  // Move by (dx, dy) on the screen, then zoom about where the hand is; after what was not sent yet.
  const moveView = (canvas, at, dx, dy, factor) => {
    if (strokes.isGoing()) return; // its places are the canvas's
    unmark(() => true);
    const box = canvas.getBoundingClientRect();
    const unit = canvas.width / box.width;
    const x = (at.clientX - box.left) * unit;
    const y = (at.clientY - box.top) * unit;
    const last = step || { factor: 1, tx: 0, ty: 0 };
    step = {
      x, y, unit, factor: last.factor * factor,
      tx: factor * (last.tx + dx * unit - x) + x, ty: factor * (last.ty + dy * unit - y) + y,
    };
    sendStep();
    drawInFullSoon();
  };
  const drawInFullSoon = () => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      sendStep();
      if (step) drawInFullSoon(); // a slow line: the last step has not gone yet
      else send({ kind: "still" });
    }, REST_MS);
  };
  signal.addEventListener("abort", () => clearTimeout(resting));
  const fingers = new Map(); // that are down, where each was last
  const betweenFingers = () => {
    const [one, other] = [...fingers.values()];
    const middle = { clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 };
    return [middle, Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY))];
  };
  const endPan = (event) => {
    fingers.delete(event.pointerId);
    clearTimeout(holding);
    setRested(false);
    if (panning?.pointer !== event.pointerId) return;
    panning = null;
    showCursor();
  };

  let held = null; // the pointer that is down
  let holding = 0; // a timer: when the finger that is down has rested
  const setRested = (rested) => root.classList.toggle("sw-held", rested); // from then on the page does not scroll
  const hasRested = () => root.classList.contains("sw-held");
  signal.addEventListener("abort", () => clearTimeout(holding));
  let panning = null; // the one that moves what is seen, where it was last
  let space = ""; // the space bar: "down", or "used" once something was dragged with it
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
    return send({ kind, x, y, unit, pointer: event.pointerType, ...more });
  };

  const onCanvas = (name, handle, options) =>
    listen(name, (event) => {
      const canvas = canvasOf(event);
      if (canvas) handle(event, canvas);
    }, options);

  for (const name of IPYCANVAS_HEARS) {
    onCanvas(name, (event) => {
      event.stopPropagation();
      if (name === "mousedown") event.preventDefault(); // else a drag selects the page's text
      if (name === "touchmove" && event.cancelable && (hasRested() || fingers.size > 1)) event.preventDefault();
    }, { passive: false });
  }

  onCanvas("contextmenu", (event) => {
    event.preventDefault();
    event.stopPropagation();
  });

  onCanvas("wheel", (event, canvas) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls, as anywhere
    event.preventDefault(); // else the browser zooms the page
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    const amount = Math.max(-WHEEL_MOST, Math.min(WHEEL_MOST, event.deltaY * lines));
    moveView(canvas, event, 0, 0, Math.exp(-amount * WHEEL_ZOOM));
  }, { passive: false });

  onCanvas("pointerdown", (event, canvas) => {
    canvas.focus({ preventScroll: true });
    if (event.isPrimary && (event.button === 1 || (event.button === 0 && space))) {
      event.preventDefault(); // the middle button would scroll
      if (space) space = "used";
      canvas.style.cursor = "grabbing";
      panning = { pointer: event.pointerId, clientX: event.clientX, clientY: event.clientY };
      try {
        canvas.setPointerCapture(event.pointerId);
      } catch {} // it is up again already
      return;
    }
    if (event.pointerType === "touch") {
      if (event.isPrimary) fingers.clear();
      fingers.set(event.pointerId, event);
      clearTimeout(holding);
      holding = setTimeout(() => setRested(held !== null), HOLD_MS);
    }
    if (!event.isPrimary) {
      held = null;
      strokes.cancel();
      forgetPress();
      send({ kind: "cancel" }); // two fingers move what is seen
      return;
    }
    const onAMac = event.ctrlKey && navigator.platform.startsWith("Mac"); // there it is the right button
    const button = event.button === 0 && onAMac ? 2 : event.button;
    if (button !== 0 && button !== 2) return;
    held = event.pointerId;
    try {
      canvas.setPointerCapture(held);
    } catch {} // it is up again already
    const selects = button === 0 && (event.ctrlKey || event.metaKey);
    const background = button === 2 || event.altKey || event.shiftKey;
    if (!selects && strokes.wants(canvas, event)) strokes.begin(canvas, event, background);
    else {
      const kind = background ? model.get("marks") && "background" : model.get("marks");
      forgetPress();
      if (kind && !selects && !model.get("cursor"))
        pressed = { shape: strokes.mark(canvas, event, kind), x: event.clientX, y: event.clientY };
      say("down", canvas, event, { background, selects, time: event.timeStamp });
    }
  });

  onCanvas("pointermove", (event, canvas) => {
    if (fingers.size > 1 && fingers.has(event.pointerId)) {
      const [was, distanceWas] = betweenFingers();
      fingers.set(event.pointerId, event);
      const [is, distance] = betweenFingers();
      moveView(canvas, is, is.clientX - was.clientX, is.clientY - was.clientY, distance / distanceWas);
    } else if (panning?.pointer === event.pointerId) {
      moveView(canvas, event, event.clientX - panning.clientX, event.clientY - panning.clientY, 1);
      panning = { pointer: event.pointerId, clientX: event.clientX, clientY: event.clientY };
    } else if (strokes.wants(canvas, event) && (strokes.isGoing() || held === null)) strokes.move(canvas, event);
    else if (held === event.pointerId) {
      const far = pressed && Math.max(Math.abs(event.clientX - pressed.x), Math.abs(event.clientY - pressed.y));
      if (far > (CLICK_PX[event.pointerType] ?? CLICK_PX.mouse)) forgetPress();
      say("drag", canvas, event);
    }
    else if (held === null && !event.buttons) {
      strokes.hideRing();
      say("hover", canvas, event);
    }
  });

  onCanvas("pointerup", (event, canvas) => {
    endPan(event);
    if (held !== event.pointerId) return;
    held = null;
    if (strokes.isGoing()) strokes.end(canvas, event);
    else {
      const turn = say("up", canvas, event);
      if (pressed) marked.set(turn, pressed);
      pressed = null;
    }
  });

  for (const name of ["pointercancel", "lostpointercapture"]) {
    onCanvas(name, (event) => {
      endPan(event);
      if (held !== event.pointerId) return;
      held = null;
      strokes.cancel();
      forgetPress();
      send({ kind: "cancel" });
    });
  }

  onCanvas("pointerleave", (event) => {
    if (held === null) strokes.hideRing();
    if (held === null && event.pointerType !== "touch") send({ kind: "leave" });
  });

  // Instead of ipywidgets' own upload, which sends a photo whole.
  listen("click", (event) => {
    if (!model.get("has_canvas") || !event.target.closest(".widget-upload")) return;
    event.stopPropagation();
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.accept = "image/*";
    chooser.addEventListener("change", () => {
      const [file] = chooser.files;
      if (!file) return;
      sendPiece = async (at) => {
        if (at && at >= file.size) return;
        const data = await file.slice(at, at + PIECE).arrayBuffer();
        send({ kind: "file", name: file.name, size: file.size, at }, [data]);
      };
      sendPiece(0);
    });
    chooser.click();
  });

  // What a button would do is shown while the mouse or the keyboard is on it.
  let peeked = "";
  let peeking = 0; // a timer: a mouse that only passes asks for nothing
  const peek = (name) => {
    clearTimeout(peeking);
    if (name === peeked) return;
    peeking = setTimeout(() => send({ kind: "peek", name: (peeked = name) }), name ? REST_MS : 0);
  };
  const nameOf = (target) => target.closest("button")?.className.match(/sw-peek-(\w+)/)?.[1] || "";
  listen("pointerover", (event) => event.pointerType !== "touch" && peek(nameOf(event.target)));
  listen("focusin", ({ target }) => target.matches(":focus-visible") && peek(nameOf(target)));
  for (const name of ["pointerout", "focusout"])
    listen(name, ({ relatedTarget }) => root.contains(relatedTarget) || peek(""));
  signal.addEventListener("abort", () => clearTimeout(peeking));

  onCanvas("focus", () => (stop = -1));

  const describe = () => {
    sayInWords(root, model.get("label"), model.get("has_canvas"));
    sayWhatIsTrue();
  };
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

  const isAltGr = (event) => event.getModifierState("AltGraph"); // [ and ] on many keyboards
  const isAlt = (event) => event.altKey && !isAltGr(event);
  const altKey = ({ code, key }) => `alt+${code?.startsWith("Digit") ? code.slice(5) : key.toLowerCase()}`; // a Mac writes signs
  const meaning = (event) => {
    const key = event.key.toLowerCase();
    if (isAlt(event)) return model.get("heard").includes(altKey(event));
    const ctrl = (event.ctrlKey || event.metaKey) && !isAltGr(event) ? "ctrl+" : "";
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
      send({ kind: "stop", number: stop });
      return;
    }
    if (!ours || event.isComposing || isTheControls(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (strokes.take(event)) return;
    if (event.key === " ") {
      space ||= "down"; // a drag may follow: what the key alone means is told when it is up
      return;
    }
    const ctrl = event.ctrlKey && !isAltGr(event);
    if (isAlt(event)) return send({ kind: "key", key: altKey(event), shift: false, ctrl: false, meta: false });
    send({ kind: "key", key: event.key, shift: event.shiftKey, ctrl, meta: event.metaKey });
  }, { capture: true, signal });

  window.addEventListener("keyup", (event) => {
    if (event.key !== " ") return;
    if (space === "down") send({ kind: "key", key: " ", shift: event.shiftKey, ctrl: event.ctrlKey, meta: event.metaKey });
    space = "";
  }, { capture: true, signal });
  window.addEventListener("blur", () => (space = ""), { signal });

  root.addEventListener("keydown", (event) => {
    if (root.hasAttribute(SUPPRESS)) event.stopPropagation(); // front ends without Lumino
  }, { signal });

  const showCursor = () => {
    for (const canvas of root.querySelectorAll(".sw-stage canvas")) canvas.style.cursor = model.get("cursor");
  };
  const showDrawing = () => root.classList.toggle("sw-draws", Boolean(model.get("brush")?.tool));
  model.on("change:brush", showDrawing);
  signal.addEventListener("abort", () => model.off("change:brush", showDrawing));
  showDrawing();
  model.on("change:cursor", showCursor);
  signal.addEventListener("abort", () => model.off("change:cursor", showCursor));

  root.setAttribute(SUPPRESS, "");
  tellRoom();
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
