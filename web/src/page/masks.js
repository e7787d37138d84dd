/** The layer of masks: each painted once for a view, and moved along until it is painted for the next. */

/** @import { Handle, Mask, Rgb, View } from "./types.js" */
/** @import { Viewport } from "./view.js" */

import { objectLook, paint } from "./paint.js";

/**
 * A mask on the photo: by what the engine knows it, its colour, and a number where colours repeat themselves.
 *
 * @typedef {{ handle: Handle, color: Rgb, number: number }} Shown
 *
 * @typedef {{ picture: HTMLCanvasElement, mask: Mask, viewport: Viewport, color: Rgb, unit: number }} Painted
 */

const NUMBER_PX = 15;

export class MaskLayer {
  /** @type {Shown[]} */
  #shown = [];
  /** @type {Map<Handle, Painted>} */
  #painted = new Map();
  /** @type {Viewport | null} */
  #viewport = null;
  #unit = 1;
  #isAsking = false;
  #canvas;
  #draw;
  #style;
  #failed;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(handles: Handle[], view: View) => Promise<Mask[]>} draw what is seen of masks
   * @param {{ mask_opacity: number, contour_px: number }} style
   * @param {(error: unknown) => void} failed hears what went wrong
   */
  constructor(canvas, draw, style, failed) {
    this.#canvas = canvas;
    this.#draw = draw;
    this.#style = style;
    this.#failed = failed;
  }

  /**
   * Show masks in their order, at once as well as can be, and anew when the engine has drawn them.
   *
   * @param {Shown[]} shown
   * @param {Viewport} viewport
   * @param {number} unit canvas pixels to one of the screen's
   */
  show(shown, viewport, unit) {
    this.#shown = shown;
    this.#viewport = viewport;
    this.#unit = unit;
    const handles = new Set(shown.map((one) => one.handle));
    for (const handle of this.#painted.keys()) if (!handles.has(handle)) this.#painted.delete(handle);
    this.#paint();
    this.#ask();
  }

  /** Whether all masks are painted for the view that is shown. */
  get isSharp() {
    return !this.#isAsking && this.#missing().length === 0;
  }

  /**
   * Return the index of the smallest mask that is seen at a place of the canvas, or null.
   *
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    /** @type {{ index: number, area: number } | null} */
    let found = null;
    this.#shown.forEach(({ handle }, index) => {
      const mask = this.#painted.get(handle)?.mask;
      if (!mask || !mask.data[Math.min(Math.floor(y), mask.height - 1) * mask.width + Math.min(Math.floor(x), mask.width - 1)]) return;
      const area = mask.data.reduce((sum, one) => sum + one, 0);
      if (!found || area <= found.area) found = { index, area };
    });
    return /** @type {{ index: number } | null} */ (found)?.index ?? null;
  }

  #missing() {
    return this.#shown.filter(({ handle, color }) => {
      const known = this.#painted.get(handle);
      return !known || known.color !== color || known.unit !== this.#unit || !this.#viewport || !known.viewport.equals(this.#viewport);
    });
  }

  async #ask() {
    if (this.#isAsking) return; // who is asking looks again
    this.#isAsking = true;
    try {
      for (let wanted = this.#missing(); wanted.length && this.#viewport; wanted = this.#missing()) {
        const [viewport, unit] = [this.#viewport, this.#unit];
        const masks = await this.#draw(wanted.map((one) => one.handle), viewport.view);
        wanted.forEach(({ handle, color }, at) => {
          const picture = paint(masks[at], color, objectLook(color, unit, this.#style));
          this.#painted.set(handle, { picture, mask: masks[at], viewport, color, unit });
        });
        this.#paint();
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #paint() {
    const to = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    to.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (!this.#viewport) return;
    for (const { handle, number } of this.#shown) {
      const known = this.#painted.get(handle);
      if (!known) continue;
      const [left, top, right, bottom] = known.viewport.seen;
      const [x0, y0] = this.#viewport.toCanvas(left, top);
      const [x1, y1] = this.#viewport.toCanvas(right, bottom);
      to.drawImage(known.picture, x0, y0, x1 - x0, y1 - y0);
      if (number && known.viewport.equals(this.#viewport)) this.#write(to, number, known.mask);
    }
  }

  /**
   * Write a number onto a mask, with a rim that makes it readable on anything.
   *
   * @param {CanvasRenderingContext2D} to
   * @param {number} number
   * @param {Mask} mask
   */
  #write(to, number, mask) {
    const place = broadest(mask);
    if (!place) return;
    to.font = `bold ${Math.round(NUMBER_PX * this.#unit)}px sans-serif`;
    to.textAlign = "center";
    to.textBaseline = "middle";
    to.lineWidth = 4 * this.#unit;
    to.strokeStyle = "#000";
    to.strokeText(String(number), ...place);
    to.fillStyle = "#fff";
    to.fillText(String(number), ...place);
  }
}

/**
 * Return the middle of a mask's longest row, or null where it is empty.
 *
 * @param {Mask} mask
 * @returns {[number, number] | null}
 */
function broadest({ width, height, data }) {
  let [longest, x, y] = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    let run = 0;
    for (let column = 0; column < width; column++) {
      run = data[row * width + column] ? run + 1 : 0;
      if (run > longest) [longest, x, y] = [run, column - run / 2 + 0.5, row + 0.5];
    }
  }
  return longest ? [x, y] : null;
}
