/** What mouse, pen and fingers do over the photo, told to gestures and to what moves the view. */

/** @import { Gestures } from "./gestures.js" */
/** @import { Hand, Place } from "./types.js" */

const DRAG_PX = { mouse: 5, touch: 10 }; // on the screen: less is a click by an unsteady hand
const GRAB_PX = { mouse: 11, touch: 24 }; // on the screen: how near a point must be to be meant
const REST_MS = 350; // a finger that rests so long drags, or marks the background
const WHEEL_ZOOM = 0.002; // of the exponent, for each pixel of the wheel
const WHEEL_MOST = 1000; // in one event, which may be several in one

/**
 * Listen to what hands do over an element.
 *
 * @param {HTMLElement} element
 * @param {{
 *   gestures: Gestures,
 *   unit: () => number,
 *   moveView: (at: Place, dx: number, dy: number, factor: number) => void,
 *   leave: () => void,
 *   spaceIsDown: () => boolean,
 *   spaceIsUsed: () => void,
 * }} told places and ways are in canvas pixels; `unit` has so many of them to one of the page's
 */
export function listenToPointer(element, { gestures, unit, moveView, leave, spaceIsDown, spaceIsUsed }) {
  /** @type {number | null} the pointer that is down */
  let held = null;
  /** @type {{ id: number, x: number, y: number } | null} the one that moves what is seen, where it was last */
  let panning = null;
  /** @type {Map<number, { clientX: number, clientY: number }>} */
  const fingers = new Map();
  let resting = 0; // a timer

  const placeOf = (/** @type {{ clientX: number, clientY: number }} */ event) => {
    const box = element.getBoundingClientRect(); // anew each time: the page may have scrolled
    /** @type {Place} */
    const place = [
      Math.min(Math.max(event.clientX - box.left, 0), box.width) * unit(), Math.min(Math.max(event.clientY - box.top, 0), box.height) * unit(),
    ];
    return place;
  };
  const handOf = (/** @type {PointerEvent} */ event) => {
    const kind = event.pointerType === "touch" ? "touch" : "mouse";
    const isMac = event.ctrlKey && navigator.platform.startsWith("Mac"); // there it is the right button
    const button = event.button === 0 && isMac ? 2 : event.button;
    /** @type {Hand} */
    const hand = {
      grab: GRAB_PX[kind] * unit(), steady: DRAG_PX[kind] * unit(), finger: kind === "touch", time: event.timeStamp,
      background: button === 2 || event.altKey || event.shiftKey, selects: button === 0 && (event.ctrlKey || event.metaKey),
    };
    return hand;
  };
  const setRested = (/** @type {boolean} */ rested) => element.classList.toggle("held", rested);
  const capture = (/** @type {number} */ id) => {
    try {
      element.setPointerCapture(id);
    } catch {} // it is up again already
  };
  const betweenFingers = () => {
    const [one, other] = [...fingers.values()];
    const middle = { clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 };
    return { middle, far: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)) };
  };
  const end = (/** @type {PointerEvent} */ event) => {
    fingers.delete(event.pointerId);
    clearTimeout(resting);
    setRested(false);
    if (panning?.id === event.pointerId) panning = null;
    element.classList.toggle("panning", panning !== null);
  };

  element.addEventListener("contextmenu", (event) => event.preventDefault());
  element.addEventListener("mousedown", (event) => event.preventDefault()); // else a drag selects the page's text
  element.addEventListener("touchmove", (event) => {
    if (event.cancelable && (element.classList.contains("held") || fingers.size > 1)) event.preventDefault(); // else the page scrolls
  }, { passive: false });

  element.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls, as anywhere
    event.preventDefault(); // else the browser zooms the page
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    const amount = Math.max(-WHEEL_MOST, Math.min(WHEEL_MOST, event.deltaY * lines));
    moveView(placeOf(event), 0, 0, Math.exp(-amount * WHEEL_ZOOM));
  }, { passive: false });

  element.addEventListener("pointerdown", (event) => {
    element.focus({ preventScroll: true });
    if (event.isPrimary && (event.button === 1 || (event.button === 0 && spaceIsDown()))) {
      event.preventDefault(); // the middle button would scroll
      spaceIsUsed();
      panning = { id: event.pointerId, x: event.clientX, y: event.clientY };
      element.classList.add("panning");
      capture(event.pointerId);
      return;
    }
    if (event.pointerType === "touch") {
      if (event.isPrimary) fingers.clear();
      fingers.set(event.pointerId, event);
      clearTimeout(resting);
      resting = window.setTimeout(() => {
        if (held === null || !gestures.isStill) return;
        setRested(true);
        navigator.vibrate?.(12);
        gestures.rest();
      }, REST_MS);
    }
    if (!event.isPrimary) {
      held = null;
      gestures.cancel(); // two fingers move what is seen
      return;
    }
    if (event.button !== 0 && event.button !== 2) return;
    held = event.pointerId;
    capture(held);
    gestures.press(...placeOf(event), handOf(event));
  });

  element.addEventListener("pointermove", (event) => {
    if (fingers.size > 1 && fingers.has(event.pointerId)) {
      const was = betweenFingers();
      fingers.set(event.pointerId, event);
      const is = betweenFingers();
      const [dx, dy] = [is.middle.clientX - was.middle.clientX, is.middle.clientY - was.middle.clientY];
      moveView(placeOf(is.middle), dx * unit(), dy * unit(), is.far / was.far);
    } else if (panning?.id === event.pointerId) {
      moveView(placeOf(event), (event.clientX - panning.x) * unit(), (event.clientY - panning.y) * unit(), 1);
      panning = { id: event.pointerId, x: event.clientX, y: event.clientY };
    } else if (held === event.pointerId) gestures.move(...placeOf(event), handOf(event));
    else if (held === null && !event.buttons) gestures.move(...placeOf(event), handOf(event));
  });

  element.addEventListener("pointerup", (event) => {
    end(event);
    if (held !== event.pointerId) return;
    held = null;
    gestures.release(...placeOf(event));
  });

  for (const name of /** @type {const} */ (["pointercancel", "lostpointercapture"])) {
    element.addEventListener(name, (event) => {
      end(event);
      if (held !== event.pointerId) return;
      held = null;
      gestures.cancel();
    });
  }

  element.addEventListener("pointerleave", (event) => {
    if (held === null && event.pointerType !== "touch") leave();
  });
}
