/** The keyboard's hand: a cross on the photo, for who uses no mouse. */

/** @import { App } from "./app.js" */

const STEP_PX = 2; // on the screen, that an arrow key moves it by
const FAR_PX = 32;
const GRAB_PX = 11;

export class Cross {
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /** Where it is on the canvas, or null. */
  get at() {
    const { cross, viewport } = this.#app.stage;
    return cross && viewport.toCanvas(...cross);
  }

  /** The number of the point under it, or null. */
  get point() {
    return this.at && this.#app.hand.pointAt(...this.at, GRAB_PX * this.#app.stage.unit);
  }

  /**
   * Move it; the first time it comes from the middle of what is seen.
   *
   * @param {number} across
   * @param {number} down
   * @param {boolean} [far]
   */
  step(across, down, far = false) {
    const { stage } = this.#app;
    const { viewport } = stage;
    const [x, y] = this.at ?? [viewport.canvasWidth / 2, viewport.canvasHeight / 2];
    const by = (far ? FAR_PX : STEP_PX) * stage.unit;
    this.#put(...viewport.toPhoto(x + by * across, y + by * down));
  }

  /**
   * Put it on one of the points.
   *
   * @param {number} number
   */
  goToPoint(number) {
    this.#put(...this.#app.stage.prompt.points[number]);
    this.#app.tellPoint(number);
  }

  /** Do what a click there would do on free ground; where there is none yet, bring it. */
  place() {
    const { stage, hand } = this.#app;
    const at = this.at;
    if (!at) {
      this.step(0, 0);
      return;
    }
    const unit = stage.unit;
    hand.forget(); // two keys are never a double click
    hand.onClick(...at, null, { grab: GRAB_PX * unit, steady: 0, background: false, selects: false, finger: false, time: performance.now() });
  }

  /**
   * @param {number} x in the photo
   * @param {number} y
   */
  #put(x, y) {
    const { stage, previews, label } = this.#app;
    previews.forget();
    stage.cross = [x, y];
    if (stage.viewport.part) stage.lookAt(stage.viewport.holding(x, y)); // beyond its edge the view comes along
    stage.drawMarks();
    if (this.point === null && !this.#app.selecting) previews.at([x, y], label);
  }
}
