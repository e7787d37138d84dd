/** What keys and buttons do, one row each, as in the widget's own table (`click_segmenter/actions.py`). */

/** @import { App } from "./app.js" */
/** @import { IconName } from "./dom.js" */

import { tr } from "../core/words.js";

const ZOOM_STEP = 1.5;

/**
 * @typedef {{
 *   name: string,
 *   run: (app: App) => void,
 *   keys?: string[],
 *   icon?: IconName,
 *   label?: () => string,
 *   help?: () => string,
 *   enabled?: (app: App) => boolean,
 *   on?: (app: App) => boolean,
 *   brief?: boolean,
 *   apart?: boolean,
 * }} Action keys as the browser calls them, in lower case, behind "ctrl+" (or the Mac's command key) and "shift+"; `brief` leaves the icon alone where
 *   there is little room; with `on` its button can be lit
 */

/** @type {Action[]} in the order of the toolbar; a row without an icon has keys alone */
export const ACTIONS = [
  {
    name: "foreground", run: (app) => app.setLabel(1), keys: ["f"], icon: "plus", label: () => tr("Object"),
    help: () => tr("Clicks mark what belongs to the object (key F)"), on: (app) => app.label === 1 && !app.selecting,
  },
  {
    name: "background", run: (app) => app.setLabel(0), keys: ["b"], icon: "cross", label: () => tr("Background"),
    help: () => tr("Clicks mark what does not belong (key B)"), on: (app) => app.label === 0 && !app.selecting,
  },
  {
    name: "select", run: (app) => app.setSelecting(!app.selecting), keys: ["v"], icon: "pointer", label: () => tr("Select"), brief: true,
    help: () => tr("Clicks select the object under them, Delete then deletes it (key V, or Ctrl + click)"),
    enabled: (app) => app.selecting || app.state.objects.some((one) => one.answer), on: (app) => app.selecting,
  },
  {
    name: "undo", run: (app) => app.undo(), keys: ["ctrl+z"], icon: "undo", label: () => tr("Undo"), help: () => tr("Undo (Ctrl+Z)"), brief: true,
    apart: true, enabled: (app) => app.canUndo,
  },
  {
    name: "redo", run: (app) => app.redo(), keys: ["ctrl+shift+z", "ctrl+y", "ctrl+shift+y"], icon: "redo", label: () => tr("Redo"),
    help: () => tr("Redo (Shift+Ctrl+Z)"), brief: true, enabled: (app) => app.canRedo,
  },
  {
    name: "clear", run: (app) => app.do("clear"), icon: "ban", label: () => tr("Clear"), brief: true,
    help: () => tr("Remove the points, the box and the painting of this object"), enabled: (app) => app.answer !== null,
  },
  {
    name: "reset", run: (app) => app.do("reset"), icon: "fresh", label: () => tr("Start over"), brief: true, help: () => tr("Remove every object"),
    enabled: (app) => app.state.objects.length > 0,
  },
  {
    name: "new_object", run: (app) => app.do("new_object"), keys: ["n"], icon: "square", label: () => tr("New object"), apart: true,
    help: () => tr("The next click begins another object (key N)"), enabled: (app) => app.answer !== null,
  },
  {
    name: "hover", run: (app) => app.toggleHover(), icon: "eye", label: () => tr("Preview"), brief: true,
    help: () => tr("Show the mask under the mouse before the click"), on: (app) => app.previews.isOn,
  },
  { name: "nearer", run: (app) => app.stage.zoom(ZOOM_STEP), keys: ["+", "="], icon: "plus", help: () => tr("Nearer (key +)"), apart: true },
  {
    name: "farther", run: (app) => app.stage.zoom(1 / ZOOM_STEP), keys: ["-", "_"], icon: "minus", help: () => tr("Farther (key −)"),
    enabled: (app) => app.stage.viewport.part !== null,
  },
  {
    name: "fit", run: (app) => app.stage.lookAt(app.stage.viewport.whole()), keys: ["0"], icon: "fit", label: () => tr("Fit"), brief: true,
    help: () => tr("Show all of the photo (key 0)"), enabled: (app) => app.stage.viewport.part !== null,
  },
  { name: "keys", run: (app) => app.toggleKeys(), keys: ["?"] },
  { name: "escape", run: (app) => app.escape(), keys: ["escape"] },
  ...[0, 1, 2, 3].map((index) => ({ name: `choose_${index}`, run: (/** @type {App} */ app) => app.pick(index), keys: [String(index + 1)] })),
  { name: "other_readings", run: (app) => app.otherReadings(), keys: ["r"] },
  { name: "left", run: (app) => app.cross.step(-1, 0), keys: ["arrowleft"] },
  { name: "right", run: (app) => app.cross.step(1, 0), keys: ["arrowright"] },
  { name: "up", run: (app) => app.cross.step(0, -1), keys: ["arrowup"] },
  { name: "down", run: (app) => app.cross.step(0, 1), keys: ["arrowdown"] },
  { name: "far_left", run: (app) => app.cross.step(-1, 0, true), keys: ["shift+arrowleft"] },
  { name: "far_right", run: (app) => app.cross.step(1, 0, true), keys: ["shift+arrowright"] },
  { name: "far_up", run: (app) => app.cross.step(0, -1, true), keys: ["shift+arrowup"] },
  { name: "far_down", run: (app) => app.cross.step(0, 1, true), keys: ["shift+arrowdown"] },
  { name: "place", run: (app) => app.cross.place(), keys: ["enter"] },
  { name: "swap_sign", run: (app) => app.setLabel(1 - app.label), keys: [" "] },
  { name: "delete", run: (app) => app.delete(), keys: ["delete", "backspace"] },
];

/** @type {() => [string, string][]} what keys do, and the mouse beside them */
export const keysTold = () => [
  [tr("arrow keys"), tr("move a cross over the photo; with Shift in big steps")],
  [tr("Enter"), tr("a point at the cross")],
  [tr("Space"), tr("from object to background and back")],
  [tr("Tab, Shift+Tab"), tr("from point to point, then on to the buttons")],
  [tr("Delete"), tr("remove the point under the cross, else the box; the object that a click selected")],
  ["+ − 0", tr("nearer, farther, all of the photo; Ctrl or ⌘ + wheel, two fingers, a double tap")],
  [tr("Space + drag, middle button"), tr("move what is seen")],
  [tr("A finger"), tr("scrolls the page; resting a moment it marks the background, or drags a box or a point; two move what is seen")],
  [tr("key F, key B"), tr("clicks mark the object, the background")],
  [tr("right click, Alt or Shift + click"), tr("mark the background")],
  [tr("key V, Ctrl or ⌘ + click"), tr("select the object that is clicked on")],
  ["1 2 3 4", tr("pick a mask")],
  [tr("key R"), tr("SAM's other readings")],
  [tr("key N"), tr("a new object")],
  [tr("Ctrl+Z, Shift+Ctrl+Z"), tr("undo, redo")],
  [tr("Escape"), tr("give up what is under way")],
  ["?", tr("these keys")],
];
