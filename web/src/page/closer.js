/** Where the photo is zoomed in, its part is encoded alone behind what else happens: a click there sees more. */

/** @import { Box } from "./types.js" */
/** @import { App, Work } from "./app.js" */

const LEAST_ZOOM = 2; // the view holds less than half of the photo's width
const REST_MS = 400; // the view stays as it is before anything is encoded
const MOST_LARGER = 3; // times the view's width: what was encoded for a larger one is not sharp enough any more

export class Closer {
  /** @type {Box | null} the part that answers, once it is encoded */
  part = null;
  /** @type {Work | null} */
  #work = null;
  #timer = 0;
  #turn = 0;
  #app;
  #tell;

  /**
   * @param {App} app
   * @param {(how: "" | "looking" | "sharp") => void} tell
   */
  constructor(app, tell) {
    this.#app = app;
    this.#tell = tell;
  }

  /** Take note that another part of the photo is seen, or another photo. */
  follow() {
    const { work, stage, data } = this.#app;
    if (this.#work !== work) this.#drop();
    this.#work = work;
    if (!work) return;
    const pays = Math.max(work.photo.width, work.photo.height) > data.model.sam.square.side;
    if (!pays || stage.viewport.zoom <= LEAST_ZOOM) this.#drop();
    else if (this.part && serves(this.part, stage.viewport.seen)) this.#tell("sharp");
    else {
      this.#drop();
      this.#timer = window.setTimeout(() => this.#look(work), REST_MS);
    }
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.part = null;
    this.#tell("");
  }

  /** @param {Work} work */
  async #look(work) {
    const [turn, { stage }] = [this.#turn, this.#app];
    const { width, height } = work.photo;
    const [x0, y0, x1, y1] = stage.viewport.seen;
    this.#tell("looking");
    try {
      const engine = await this.#app.engine();
      const part = engine.part(work.id, [Math.max(x0, 0), Math.max(y0, 0), Math.min(x1, width), Math.min(y1, height)]);
      if (part) await engine.partReady(work.id, part);
      if (turn !== this.#turn) return;
      this.part = part;
      this.#tell(part ? "sharp" : "");
    } catch {
      if (turn === this.#turn) this.#tell(""); // the whole photo answers, as before
    }
  }
}

/**
 * Say whether a part holds all of a view, and not much more.
 *
 * @param {Box} part
 * @param {Box} view
 */
function serves([x0, y0, x1, y1], [left, top, right, bottom]) {
  return x0 <= left && y0 <= top && right <= x1 && bottom <= y1 && x1 - x0 <= MOST_LARGER * (right - left);
}
