/** The photo on the page: its layers, which part of it is seen, and what is drawn on it. */

/** @import { Box, Mask, Photo, Place, Prompt } from "./types.js" */
/** @import { Shown } from "./masks.js" */

import { h } from "./dom.js";
import { drawBox, drawCross, drawPoint, drawPrompt } from "./marks.js";
import { MaskLayer } from "./masks.js";
import { hoverLook, paint } from "./paint.js";
import { layOut, MOST_SCALE, Viewport } from "./view.js";

const PIXELS_SHOW = 6; // pixels of the screen to one of the photo, from which on each is seen as a square
const LEAST_HEIGHT = 220;
const STILL_MS = 150; // after the last step of a hand that moves the view

/** @typedef {{ mask_opacity: number, contour_px: number, foreground: number[], background: number[], box: number[] }} Style */

/**
 * What is on its way and drawn over the prompt: a point that is dragged, a box, points that no answer has come to yet.
 *
 * @typedef {{ grabbed?: { point: number, at: Place }, box?: Box, coming?: { at: Place, label: number }[] }} Moving
 */

export class Stage {
  /** @type {Photo | null} */
  photo = null;
  viewport = new Viewport(1, 1, 1, 1);
  /** Canvas pixels to one of the page's. */
  unit = 1;
  /** @type {Place | null} where the keyboard's cross is, in the photo */
  cross = null;
  /** @type {Prompt} */
  prompt = { points: [], labels: [], box: null };
  /** @type {Moving} */
  moving = {};
  /** @type {() => void} hears that another part of the photo is seen */
  onView = () => {};
  /** @type {HTMLCanvasElement | null} the mask under the mouse */
  #hover = null;
  /** @type {Viewport | null} */
  #hoverView = null;
  #still = 0;
  #frame = 0;
  /** @type {Shown[]} */
  #shown = [];
  #canvases = ["photo", "masks", "marks"].map((name) => h("canvas", { class: `layer-${name}`, "aria-hidden": "true" }));
  #style;

  /**
   * @param {Style} style
   * @param {ConstructorParameters<typeof MaskLayer>[1]} draw
   * @param {(error: unknown) => void} failed
   */
  constructor(style, draw, failed) {
    this.#style = style;
    /** What hears keys and hands. */
    this.element = h("div", { class: "stage", tabindex: "0", role: "application" }, ...this.#canvases);
    this.masks = new MaskLayer(this.#canvases[1], draw, style, failed);
  }

  get mostScale() {
    return MOST_SCALE * this.unit;
  }

  /**
   * Show a photo, all of it.
   *
   * @param {Photo} photo
   */
  show(photo) {
    this.photo = photo;
    this.cross = null;
    this.#shown = [];
    this.moving = {};
    this.forgetHover();
    this.viewport = new Viewport(photo.width, photo.height, 1, 1);
    this.makeRoom();
  }

  /** Draw the photo as large as the page has room for it. */
  makeRoom() {
    const around = this.element.parentElement;
    if (!this.photo || !around) return;
    const across = around.clientWidth;
    if (!across) return; // not on show
    const most = Math.max(LEAST_HEIGHT, Math.min(window.innerHeight - (window.innerWidth < 700 ? 230 : 200), 900));
    const room = layOut(this.photo.width, this.photo.height, across, most, window.devicePixelRatio);
    const [width, height] = [Math.round(room.width * room.unit), Math.round(room.height * room.unit)];
    this.element.style.width = `${room.width}px`;
    this.element.style.height = `${room.height}px`;
    this.unit = width / room.width;
    if (this.#canvases[0].width !== width || this.#canvases[0].height !== height) {
      for (const canvas of this.#canvases) {
        canvas.width = width;
        canvas.height = height;
      }
    }
    this.viewport = this.viewport.onCanvas(width, height, this.mostScale);
    this.draw();
    this.onView();
  }

  /**
   * Show another part of the photo.
   *
   * @param {Viewport} viewport
   */
  lookAt(viewport) {
    if (viewport.equals(this.viewport)) return;
    this.viewport = viewport;
    this.forgetHover();
    if (!this.#frame) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.draw(true);
      });
    }
    clearTimeout(this.#still);
    this.#still = window.setTimeout(() => {
      this.draw();
      this.onView();
    }, STILL_MS);
  }

  /**
   * Zoom about a place on the canvas; without one about the cross, or the middle.
   *
   * @param {number} factor
   * @param {Place} [about]
   */
  zoom(factor, about) {
    const { canvasWidth, canvasHeight } = this.viewport;
    const cross = this.cross && this.viewport.toCanvas(...this.cross);
    this.lookAt(this.viewport.zoomed(factor, about ?? cross ?? [canvasWidth / 2, canvasHeight / 2], this.mostScale));
  }

  /** @param {boolean} [isMoving] whether the next view follows at once: then in less detail */
  draw(isMoving = false) {
    this.#drawPhoto(isMoving);
    this.masks.show(this.#shown, this.viewport, this.unit);
    this.drawMarks();
  }

  /** @param {Shown[]} shown */
  showMasks(shown) {
    this.#shown = shown;
    this.masks.show(shown, this.viewport, this.unit);
  }

  /**
   * Show the mask under the mouse, if the view is still the one that it was asked for.
   *
   * @param {Mask} mask
   * @param {import("./types.js").Rgb} color
   * @param {Viewport} viewport
   */
  showHover(mask, color, viewport) {
    if (!viewport.equals(this.viewport)) return;
    this.#hover = paint(mask, color, hoverLook(this.unit));
    this.#hoverView = viewport;
    this.drawMarks();
  }

  forgetHover() {
    if (!this.#hover) return;
    this.#hover = null;
    this.drawMarks();
  }

  drawMarks() {
    const canvas = this.#canvases[2];
    const to = contextOf(canvas);
    to.clearRect(0, 0, canvas.width, canvas.height);
    const { viewport, unit } = this;
    if (this.#hover && this.#hoverView?.equals(viewport)) to.drawImage(this.#hover, 0, 0);
    const { grabbed, box, coming = [] } = this.moving;
    let prompt = this.prompt;
    if (grabbed) {
      const points = prompt.points.map((point, number) => (number === grabbed.point ? viewport.toPhoto(...grabbed.at) : point));
      prompt = { ...prompt, points };
    }
    if (box) prompt = { ...prompt, box: null };
    drawPrompt(to, prompt, (x, y) => viewport.toCanvas(x, y), unit, this.#style);
    if (box) drawBox(to, box, unit, this.#style);
    for (const { at, label } of coming) drawPoint(to, viewport.toCanvas(...at), label === 1, unit, this.#style);
    if (this.cross) drawCross(to, viewport.toCanvas(...this.cross), unit);
  }

  /** @param {boolean} isMoving */
  #drawPhoto(isMoving) {
    if (!this.photo) return;
    const canvas = this.#canvases[0];
    const to = contextOf(canvas);
    to.clearRect(0, 0, canvas.width, canvas.height);
    const [left, top, right, bottom] = this.viewport.seen;
    const { bitmap, small, width, height } = this.photo;
    const isFine = this.viewport.scale > small.width / width;
    const picture = isFine && !isMoving ? bitmap : small;
    const shrunk = picture.width / width;
    to.imageSmoothingEnabled = this.viewport.scale < PIXELS_SHOW * this.unit;
    to.imageSmoothingQuality = isMoving ? "low" : "high";
    const [x0, y0, x1, y1] = [Math.max(left, 0), Math.max(top, 0), Math.min(right, width), Math.min(bottom, height)];
    const [fromX, fromY] = this.viewport.toCanvas(x0, y0);
    const [toX, toY] = this.viewport.toCanvas(x1, y1);
    to.drawImage(picture, x0 * shrunk, y0 * shrunk, (x1 - x0) * shrunk, (y1 - y0) * shrunk, fromX, fromY, toX - fromX, toY - fromY);
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}
