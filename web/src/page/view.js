/** Which part of the photo is seen: canvas pixels to the photo's and back, as `segwidgets.geometry.Viewport` has it. */

/** @import { Box, Place, View } from "./types.js" */

export const MOST_SCALE = 16; // pixels of the screen to one of the photo: larger ones show nothing more

/** How a photo, or a part of it, is shown on a canvas; it never changes: what moves it returns another one. */
export class Viewport {
  /**
   * @param {number} width of the photo, in pixels
   * @param {number} height
   * @param {number} canvasWidth
   * @param {number} canvasHeight
   * @param {Box | null} part left, top, right and bottom of what is seen, in the photo's pixels, margins and all; null is all of it
   */
  constructor(width, height, canvasWidth, canvasHeight, part = null) {
    this.width = width;
    this.height = height;
    this.canvasWidth = canvasWidth;
    this.canvasHeight = canvasHeight;
    this.part = part;
  }

  /** @returns {Box} what the canvas shows, margins and all */
  get seen() {
    if (this.part) return this.part;
    const [width, height] = this.#wholeSides();
    const left = (this.width - width) / 2;
    const top = (this.height - height) / 2;
    return [left, top, left + width, top + height];
  }

  /** @returns {Place} width and height of what the canvas shows when it shows all of the photo */
  #wholeSides() {
    const across = this.canvasWidth / this.width;
    const down = this.canvasHeight / this.height;
    const isRounding = this.width >= this.height
      ? Math.abs(this.height * across - this.canvasHeight) <= 1
      : Math.abs(this.width * down - this.canvasWidth) <= 1;
    if (isRounding) return [this.width, this.height];
    return across < down ? [this.width, this.canvasHeight / across] : [this.canvasWidth / down, this.height];
  }

  /** Canvas pixels to one of the photo. */
  get scale() {
    const [left, , right] = this.seen;
    return this.canvasWidth / (right - left);
  }

  /** How many times larger than the whole photo would be shown. */
  get zoom() {
    const [left, , right] = this.seen;
    return this.#wholeSides()[0] / (right - left);
  }

  /** @returns {View} */
  get view() {
    const [x0, y0, x1, y1] = this.seen;
    return { x0, y0, x1, y1, width: this.canvasWidth, height: this.canvasHeight };
  }

  /** @param {Viewport} other */
  equals(other) {
    return this.canvasWidth === other.canvasWidth && this.canvasHeight === other.canvasHeight
      && this.width === other.width && this.height === other.height && String(this.part) === String(other.part);
  }

  /**
   * @param {number} x on the canvas
   * @param {number} y
   * @returns {Place} in the photo, clipped to it
   */
  toPhoto(x, y) {
    const [left, top, right, bottom] = this.seen;
    const within = (/** @type {number} */ at, /** @type {number} */ side) => Math.min(Math.max(at, 0), side - side * 2 ** -40);
    return [
      within(left + (x * (right - left)) / this.canvasWidth, this.width),
      within(top + (y * (bottom - top)) / this.canvasHeight, this.height),
    ];
  }

  /**
   * @param {number} x in the photo
   * @param {number} y
   * @returns {Place} on the canvas
   */
  toCanvas(x, y) {
    const [left, top, right, bottom] = this.seen;
    return [((x - left) * this.canvasWidth) / (right - left), ((y - top) * this.canvasHeight) / (bottom - top)];
  }

  /**
   * Say whether there is the photo at a place on the canvas, and no margin.
   *
   * @param {number} x
   * @param {number} y
   */
  showsPhotoAt(x, y) {
    const [left, top, right, bottom] = this.seen;
    const photoX = left + (x * (right - left)) / this.canvasWidth;
    const photoY = top + (y * (bottom - top)) / this.canvasHeight;
    return photoX >= 0 && photoX <= this.width && photoY >= 0 && photoY <= this.height;
  }

  whole() {
    return this.#with(null);
  }

  /**
   * Take another canvas; what is seen stays as far as it can.
   *
   * @param {number} canvasWidth
   * @param {number} canvasHeight
   * @param {number} most canvas pixels to one of the photo, at most
   */
  onCanvas(canvasWidth, canvasHeight, most) {
    const fresh = new Viewport(this.width, this.height, canvasWidth, canvasHeight);
    if (!this.part) return fresh;
    const [left, top, right, bottom] = this.part;
    const [width, height] = fresh.#wholeSides();
    const share = Math.min(1, Math.max((right - left) / width, (bottom - top) / height, fresh.scale / most));
    return fresh.#showing((left + right - share * width) / 2, (top + bottom - share * height) / 2, share);
  }

  /**
   * Show the photo larger by a factor, or smaller, about a place on the canvas that stays where it is.
   *
   * @param {number} factor
   * @param {Place} about
   * @param {number} most canvas pixels to one of the photo, at most
   */
  zoomed(factor, about, most) {
    const least = this.whole().scale;
    const scale = Math.min(Math.max(this.scale * factor, least), Math.max(most, least));
    const [left, top, right, bottom] = this.seen;
    const x = left + (about[0] * (right - left)) / this.canvasWidth;
    const y = top + (about[1] * (bottom - top)) / this.canvasHeight;
    const shrunk = this.scale / scale;
    return this.#showing(x - (x - left) * shrunk, y - (y - top) * shrunk, least / scale);
  }

  /**
   * Move what is seen along with a hand that drags the photo.
   *
   * @param {number} dx canvas pixels
   * @param {number} dy
   */
  panned(dx, dy) {
    const [left, top, right, bottom] = this.seen;
    const x = left - (dx * (right - left)) / this.canvasWidth;
    const y = top - (dy * (bottom - top)) / this.canvasHeight;
    return this.#showing(x, y, 1 / this.zoom);
  }

  /**
   * Move what is seen by as little as brings a place of the photo into it.
   *
   * @param {number} x in the photo
   * @param {number} y
   */
  holding(x, y) {
    const [left, top, right, bottom] = this.seen;
    return this.#showing(
      left + Math.min(0, x - left) + Math.max(0, x - right),
      top + Math.min(0, y - top) + Math.max(0, y - bottom),
      1 / this.zoom,
    );
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} share of the photo's sides
   */
  #showing(left, top, share) {
    if (share > 1 - 1e-9) return this.whole();
    const [width, height] = this.#wholeSides().map((side) => side * share);
    const x = width < this.width ? Math.min(Math.max(left, 0), this.width - width) : (this.width - width) / 2;
    const y = height < this.height ? Math.min(Math.max(top, 0), this.height - height) : (this.height - height) / 2;
    return this.#with([x, y, x + width, y + height]);
  }

  /** @param {Box | null} part */
  #with(part) {
    return new Viewport(this.width, this.height, this.canvasWidth, this.canvasHeight, part);
  }
}

const MOST_PIXELS = 1_600_000; // of the canvas: drawn with more, a click takes longer and looks the same
const WIDE = 2.5; // width to height: the canvas of a strip is higher, or what is zoomed in on were a strip, too
const TALL = 0.5;

/**
 * Lay a photo out in the room that the page has for it.
 *
 * @param {number} width of the photo
 * @param {number} height
 * @param {number} roomWidth on the page, in CSS pixels
 * @param {number} roomHeight
 * @param {number} ratio of the screen's pixels to those
 * @returns {{ width: number, height: number, unit: number }} of the canvas on the page, and how many of its own pixels each of those has
 */
export function layOut(width, height, roomWidth, roomHeight, ratio) {
  const scale = Math.min(roomWidth / width, roomHeight / height);
  let across = Math.max(1, Math.round(width * scale));
  let down = Math.max(1, Math.round(height * scale));
  if (width > WIDE * height) down = Math.min(roomHeight, Math.max(down, Math.round(across / WIDE)));
  if (width < TALL * height) across = Math.min(roomWidth, Math.max(across, Math.round(down * TALL)));
  const unit = Math.min(ratio, Math.max(1, Math.sqrt(MOST_PIXELS / (across * down))));
  return { width: across, height: down, unit };
}
