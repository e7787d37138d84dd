/** Points, the box, the keyboard's cross: drawn over the masks, of the same size on the screen however far one zooms in. */

/** @import { Box, Place, Prompt } from "./types.js" */

import { css } from "./dom.js";
import { handlesOf } from "./grip.js";

const POINT_RADIUS = 8; // on the screen, as all that follows
const HANDLE_PX = 8;
const CROSS_PX = [4, 18]; // from its middle to where its arms begin and end

/** @typedef {CanvasRenderingContext2D} Context */

/**
 * Draw a point: a disc with a plus on the object, a cross on the background; never told apart by colour alone.
 *
 * @param {Context} to
 * @param {Place} at
 * @param {boolean} isObject
 * @param {number} unit canvas pixels to one of the screen's
 * @param {{ foreground: number[], background: number[] }} style
 */
export function drawPoint(to, [x, y], isObject, unit, style) {
  const radius = POINT_RADIUS * unit;
  const lines = (/** @type {number[][]} */ ends, /** @type {string} */ color, /** @type {number} */ width) => {
    to.strokeStyle = color;
    to.lineWidth = width * unit;
    to.lineCap = "butt";
    to.beginPath();
    for (const [x0, y0, x1, y1] of ends) {
      to.moveTo(x + x0 * unit, y + y0 * unit);
      to.lineTo(x + x1 * unit, y + y1 * unit);
    }
    to.stroke();
  };
  if (isObject) {
    for (const [color, more] of /** @type {[string, number][]} */ ([["#fff", 2 * unit], [css(style.foreground), 0]])) {
      to.fillStyle = color;
      to.beginPath();
      to.arc(x, y, radius + more, 0, 2 * Math.PI);
      to.fill();
    }
    const arm = 0.55 * POINT_RADIUS;
    lines([[-arm, 0, arm, 0], [0, -arm, 0, arm]], "#fff", 2.5);
  } else {
    for (const [color, width, more] of /** @type {[string, number, number][]} */ ([["#fff", 8, 1.5], [css(style.background), 4, 0]])) {
      const arm = 0.8 * POINT_RADIUS + more;
      lines([[-arm, -arm, arm, arm], [-arm, arm, arm, -arm]], color, width);
    }
  }
}

/**
 * @param {Context} to
 * @param {Box} box on the canvas
 * @param {number} unit
 * @param {{ box: number[] }} style
 */
export function drawBox(to, box, unit, style) {
  const [x0, y0, x1, y1] = box;
  frame(to, box, unit, css(style.box));
  for (const [color, side] of /** @type {[string, number][]} */ ([["#000", HANDLE_PX + 2], ["#fff", HANDLE_PX]])) {
    to.fillStyle = color;
    for (const { at } of handlesOf([x0, y0, x1, y1])) {
      to.fillRect(at[0] - (side * unit) / 2, at[1] - (side * unit) / 2, side * unit, side * unit);
    }
  }
}

/**
 * Draw a rectangle's sides so that they show on light photos and on dark ones.
 *
 * @param {Context} to
 * @param {Box} box
 * @param {number} unit
 * @param {string} color
 */
export function frame(to, [x0, y0, x1, y1], unit, color) {
  for (const [ink, width] of /** @type {[string, number][]} */ ([["#000", 4], [color, 2]])) {
    to.strokeStyle = ink;
    to.lineWidth = width * unit;
    to.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
}

/**
 * Draw four arms around a gap: what is in the middle stays to be seen.
 *
 * @param {Context} to
 * @param {Place} at
 * @param {number} unit
 */
export function drawCross(to, [x, y], unit) {
  const [near, far] = CROSS_PX.map((reach) => reach * unit);
  for (const [color, width] of /** @type {[string, number][]} */ ([["#000", 5], ["#fff", 2]])) {
    to.strokeStyle = color;
    to.lineWidth = width * unit;
    to.beginPath();
    for (const [ax, ay] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      to.moveTo(x + near * ax, y + near * ay);
      to.lineTo(x + far * ax, y + far * ay);
    }
    to.stroke();
  }
}

/**
 * Draw the box and the points of a prompt.
 *
 * @param {Context} to
 * @param {Prompt} prompt
 * @param {(x: number, y: number) => Place} toCanvas
 * @param {number} unit
 * @param {{ foreground: number[], background: number[], box: number[] }} style
 */
export function drawPrompt(to, prompt, toCanvas, unit, style) {
  if (prompt.box) {
    const [x0, y0, x1, y1] = prompt.box;
    drawBox(to, [...toCanvas(x0, y0), ...toCanvas(x1, y1)], unit, style);
  }
  prompt.points.forEach(([x, y], number) => drawPoint(to, toCanvas(x, y), prompt.labels[number] === 1, unit, style));
}
