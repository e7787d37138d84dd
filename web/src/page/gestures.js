/** From presses and moves to clicks and drags, for mouse, pen and finger alike; places are in canvas pixels. */

/** @import { Grip } from "./grip.js" */
/** @import { Box, Hand, Place } from "./types.js" */

/**
 * Who is told of gestures.
 *
 * @typedef {{
 *   pointAt(x: number, y: number, grab: number): number | null,
 *   gripAt(x: number, y: number, grab: number): Grip | null,
 *   onPress(x: number, y: number, hand: Hand): void,
 *   onClick(x: number, y: number, point: number | null, hand: Hand): void,
 *   onDragPoint(point: number, x: number, y: number, done: boolean): void,
 *   onDragBox(box: Box, done: boolean, hand: Hand): void,
 *   onDragGrip(grip: Grip, dx: number, dy: number, done: boolean): void,
 *   onCancel(): void,
 *   onHover(x: number, y: number, hand: Hand): void,
 *   onLeave(): void,
 * }} Target
 */

/** Tells clicks from drags. */
export class Gestures {
  /** @type {Place | null} */
  #start = null;
  /** @type {Place} */
  #now = [0, 0];
  /** @type {Hand | null} */
  #hand = null;
  /** @type {number | null} */
  #point = null;
  /** @type {Grip | null} */
  #grip = null;
  #dragging = false;
  #target;

  /** @param {Target} target */
  constructor(target) {
    this.#target = target;
  }

  /** Whether a press is going on that has not become a drag. */
  get isStill() {
    return this.#start !== null && !this.#dragging;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {Hand} hand
   */
  press(x, y, hand) {
    this.#start = this.#now = [x, y];
    this.#dragging = false;
    this.#hand = hand;
    this.#point = hand.selects ? null : this.#target.pointAt(x, y, hand.grab);
    const free = this.#point === null && !hand.background && !hand.selects;
    this.#grip = free ? this.#target.gripAt(x, y, hand.grab) : null;
    if (this.#point === null && !this.#grip) this.#target.onPress(x, y, hand);
  }

  /** Take note that a finger has rested where it pressed: let go there, it marks the background. */
  rest() {
    if (!this.isStill || !this.#hand || !this.#start || this.#point !== null) return;
    this.#hand = { ...this.#hand, background: true };
    this.#target.onPress(...this.#start, this.#hand);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {Hand} hand
   */
  move(x, y, hand) {
    if (!this.#start) {
      this.#target.onHover(x, y, hand);
      return;
    }
    this.#goTo(x, y);
    if (this.#dragging) this.#tell(false);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  release(x, y) {
    if (!this.#start || !this.#hand) return;
    this.#goTo(x, y);
    if (this.#dragging) this.#tell(true);
    else this.#target.onClick(...this.#start, this.#point, this.#hand);
    this.#start = null;
  }

  /** Forget the press that is going on. */
  cancel() {
    if (!this.#start) return;
    this.#start = null;
    this.#target.onCancel();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #goTo(x, y) {
    if (!this.#start || !this.#hand) return;
    this.#now = [x, y];
    const far = Math.max(Math.abs(x - this.#start[0]), Math.abs(y - this.#start[1]));
    if (this.#dragging || far <= this.#hand.steady) return;
    this.#dragging = true;
    if (this.#hand.finger) this.#hand = { ...this.#hand, background: false }; // it rested to drag
  }

  /** @param {boolean} done */
  #tell(done) {
    const [[x, y], [x0, y0]] = [this.#now, this.#start ?? this.#now];
    if (this.#point !== null) this.#target.onDragPoint(this.#point, x, y, done);
    else if (this.#grip) this.#target.onDragGrip(this.#grip, x - x0, y - y0, done);
    else if (this.#hand) {
      this.#target.onDragBox([Math.min(x0, x), Math.min(y0, y), Math.max(x0, x), Math.max(y0, y)], done, this.#hand);
    }
  }
}
