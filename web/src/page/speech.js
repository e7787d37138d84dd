/** What a screen reader says of the photo and of what was done to it, and what to do next; the widget's own words. */

/** @import { State } from "./types.js" */
/** @import { Viewport } from "./view.js" */

import { count, decimal, tr, trn } from "../core/words.js";

/** @param {{ width: number, height: number }} size */
export const describePhoto = ({ width, height }) =>
  tr("Photo, {width} by {height}.", { width: count(width), height: count(height) });

/** @param {Viewport} viewport */
export function describeView(viewport) {
  if (!viewport.part) return tr("All of the photo is seen.");
  const share = 100 / viewport.zoom;
  return tr("Zoomed in: {share} percent of the photo's width are seen.", { share: decimal(share, share >= 1 ? 0 : 1) });
}

/**
 * @param {State} state
 * @param {{ width: number, height: number }} size of the photo
 */
export function describeState({ objects, current }, size) {
  const said = [];
  if (objects.length > 1) said.push(trn("{count} object.", "{count} objects.", objects.length, { count: count(objects.length) }));
  const active = current === null ? null : objects[current];
  const points = active?.prompt.points.length ?? 0;
  if (points) said.push(trn("{count} point.", "{count} points.", points, { count: count(points) }));
  if (active?.prompt.box) said.push(tr("A box."));
  if (!active?.answer) said.push(tr("Nothing is marked yet."));
  else {
    const { candidates, best } = active.answer;
    const covered = candidates[best].area;
    const whole = size.width * size.height;
    said.push(covered > 0 && 100 * covered < whole
      ? trn("Mask {number} covers {count} pixel.", "Mask {number} covers {count} pixels.", covered, { number: best, count: count(covered) })
      : tr("Mask {number} covers {share} percent.", { number: best, share: decimal((100 * covered) / whole, 0) }));
  }
  return said.join(" ");
}

/**
 * Say what to do next, to somebody who has never seen this.
 *
 * @param {{ answer: unknown, selecting: boolean, label: number, isPreparing: boolean }} app
 */
export function nextStep({ answer, selecting, label, isPreparing }) {
  if (isPreparing) return tr("The photo is being encoded: a click is answered right after.");
  if (selecting) return tr("Click on an object to go on with it; Delete deletes it. Escape ends selecting.");
  if (!answer) return tr("Click on an object, or drag a box around it.");
  if (label === 0) return tr("Click where the mask covers too much. Click on a point to remove it, drag it to move it.");
  if (window.matchMedia("(hover: hover)").matches) {
    return tr(
      "Is too little covered? Click there. Too much? Click there with the right button, or choose Background first. Click on a point to remove it, drag it to move it.",
    );
  }
  return tr(
    "Is too little covered? Click there. Too much? Choose Background, then click there. Click on a point to remove it, drag it to move it.",
  );
}
