/** Keys: heard wherever the focus is on the page, but for those that a control needs for itself. */

/** @import { App } from "./app.js" */

import { ACTIONS } from "./actions.js";

const TYPING = "textarea, select, input:not([type=checkbox], [type=radio])";
const A_BUTTONS_OWN = ["enter", " "];
const THE_PAGES_OWN = ["arrowleft", "arrowright", "arrowup", "arrowdown", "backspace", "delete"]; // but on the photo

/** @type {Map<string, import("./actions.js").Action>} */
const HEARD = new Map(ACTIONS.flatMap((action) => (action.keys ?? []).map((key) => [key, action])));

/** @param {KeyboardEvent} event */
function meaning(event) {
  const isAltGr = event.getModifierState("AltGraph"); // for signs on many keyboards
  if (event.altKey && !isAltGr) return undefined;
  const ctrl = (event.ctrlKey || event.metaKey) && !isAltGr ? "ctrl+" : "";
  const key = event.key.toLowerCase();
  return (event.shiftKey && HEARD.get(`${ctrl}shift+${key}`)) || HEARD.get(ctrl + key);
}

/**
 * Carry out what keys mean; returns whether the space bar is held, so that a drag moves what is seen.
 *
 * @param {App} app
 */
export function listenToKeys(app) {
  /** @type {"" | "down" | "used"} */
  let space = "";
  let stop = -1; // which point Tab came to
  const stage = app.stage.element;
  stage.addEventListener("focus", () => (stop = -1));

  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!app.stage.photo || event.isComposing || target.closest("dialog")) return;
    const onPhoto = target === stage;
    if (event.key === "Tab" && onPhoto) {
      const next = stop + (event.shiftKey ? -1 : 1);
      if (next < 0 || next >= app.stage.prompt.points.length) return; // leave, as anywhere
      stop = next;
      event.preventDefault();
      app.cross.goToPoint(stop);
      return;
    }
    const key = event.key.toLowerCase();
    if (target.closest(TYPING) || (!onPhoto && [...A_BUTTONS_OWN, ...THE_PAGES_OWN].includes(key))) return;
    const action = meaning(event);
    if (!action) return;
    event.preventDefault();
    if (key === " ") {
      space ||= "down"; // a drag may follow: what the key alone means is told when it is up
      return;
    }
    if (!event.repeat || key.startsWith("arrow") || key === "+" || key === "-") app.carryOut(() => action.run(app));
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== " ") return;
    if (space === "down") app.carryOut(() => app.setLabel(1 - app.label));
    space = "";
  });
  window.addEventListener("blur", () => (space = ""));
  return {
    spaceIsDown: () => space !== "",
    spaceIsUsed: () => {
      if (space) space = "used";
    },
  };
}
