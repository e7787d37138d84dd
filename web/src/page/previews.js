/** The mask under the mouse before the click: the newest place wins, and nothing is ever queued. */

/** @import { Place } from "./types.js" */
/** @import { App } from "./app.js" */

export class Previews {
  isOn = window.matchMedia("(hover: hover)").matches; // there is a mouse
  /** @type {{ at: Place, label: number } | null} what is asked for next */
  #wanted = null;
  #isAsking = false;
  #turn = 0;
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /**
   * Ask for the mask that a click would bring.
   *
   * @param {Place} at in the photo
   * @param {number} label
   */
  at(at, label) {
    if (!this.isOn || this.#app.isBusy) return;
    this.#wanted = { at, label };
    this.#ask();
  }

  /** Take the preview away; what is on its way does not count any more. */
  forget() {
    this.#turn += 1;
    this.#wanted = null;
    this.#app.stage.forgetHover();
  }

  async #ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#wanted) {
        const [{ at, label }, turn, viewport] = [this.#wanted, this.#turn, this.#app.stage.viewport];
        this.#wanted = null;
        const mask = await this.#app.preview(at, label, viewport.view);
        if (mask && turn === this.#turn) this.#app.stage.showHover(mask, this.#app.nextColor, viewport);
      }
    } catch {
      // a click says what is wrong
    } finally {
      this.#isAsking = false;
    }
  }
}
