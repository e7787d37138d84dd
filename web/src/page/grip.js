/** By what a box is held: its corners, the middles of its sides, or its line. */

/** @import { Box, Place } from "./types.js" */

/**
 * A part of a box that is dragged, and which of its sides go along: left, top, right, bottom; all of them move it.
 *
 * @typedef {{ box: Box, moves: [boolean, boolean, boolean, boolean] }} Grip
 */

/**
 * Return where a box is held to change its size: corners first.
 *
 * @param {Box} box
 * @returns {{ moves: Grip["moves"], at: Place }[]}
 */
export function handlesOf([x0, y0, x1, y1]) {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [
    { moves: [true, true, false, false], at: [x0, y0] },
    { moves: [false, true, true, false], at: [x1, y0] },
    { moves: [true, false, false, true], at: [x0, y1] },
    { moves: [false, false, true, true], at: [x1, y1] },
    { moves: [true, false, false, false], at: [x0, y] },
    { moves: [false, false, true, false], at: [x1, y] },
    { moves: [false, true, false, false], at: [x, y0] },
    { moves: [false, false, false, true], at: [x, y1] },
  ];
}

/**
 * Return what of a box lies at a place, or null.
 *
 * @param {Box} box
 * @param {number} x
 * @param {number} y
 * @param {number} grab how near it must be
 * @returns {Grip | null}
 */
export function gripAt(box, x, y, grab) {
  const far = (/** @type {{ at: Place }} */ { at }) => Math.hypot(at[0] - x, at[1] - y);
  const nearest = handlesOf(box).reduce((best, one) => (far(one) < far(best) ? one : best));
  if (far(nearest) <= grab) return { box, moves: nearest.moves };
  const [x0, y0, x1, y1] = box;
  const outside = Math.max(x0 - x, x - x1, y0 - y, y - y1);
  return outside >= -grab && outside <= grab ? { box, moves: [true, true, true, true] } : null;
}

/**
 * Return the box after a drag, within a canvas of that size; one that is moved keeps its own.
 *
 * @param {Grip} grip
 * @param {number} dx
 * @param {number} dy
 * @param {number} width
 * @param {number} height
 * @returns {Box}
 */
export function dragged({ box, moves }, dx, dy, width, height) {
  let [x0, y0, x1, y1] = box;
  if (moves.every(Boolean)) {
    dx = Math.min(Math.max(dx, -x0), width - x1);
    dy = Math.min(Math.max(dy, -y0), height - y1);
  }
  const moved = (/** @type {number} */ at, /** @type {boolean} */ held, /** @type {number} */ by, /** @type {number} */ most) =>
    Math.min(Math.max(at + (held ? by : 0), 0), most);
  [x0, x1] = [moved(x0, moves[0], dx, width), moved(x1, moves[2], dx, width)];
  [y0, y1] = [moved(y0, moves[1], dy, height), moved(y1, moves[3], dy, height)];
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}

/**
 * How the mouse looks over it, as CSS says it.
 *
 * @param {Grip} grip
 */
export function cursorOf({ moves: [left, top, right, bottom] }) {
  if (left && right) return "move";
  if ((left || right) && (top || bottom)) return left === top ? "nwse-resize" : "nesw-resize";
  return left || right ? "ew-resize" : "ns-resize";
}
