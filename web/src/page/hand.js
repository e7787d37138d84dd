/** What gestures over the photo mean, as in the notebook's widget: clicks are points, drags are boxes or move what they hold. */

/** @import { Target } from "./gestures.js" */
/** @import { Grip } from "./grip.js" */
/** @import { Box, Hand as OneHand, Place, Prompt } from "./types.js" */
/** @import { App } from "./app.js" */

import { cursorOf, dragged, gripAt } from "./grip.js";
import { tr } from "../core/words.js";

const DOUBLE_CLICK_MS = 500; // between two presses that are one
const IMPATIENT_MS = 400; // after an answer: a click at the same place was made before it was seen
const TAPS_ZOOM = 3; // by a double tap

/**
 * A click that did something: the same once more is a double click, or impatience.
 *
 * @typedef {{ at: Place, time: number, answered: number, prompt: Prompt }} LastClick
 */

/** @implements {Target} */
export class Hand {
  /** @type {LastClick | null} */
  #last = null;
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  get #stage() {
    return this.#app.stage;
  }

  /** Forget what was clicked last: the view, or what there is, has changed. */
  forget() {
    this.#last = null;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} grab
   */
  pointAt(x, y, grab) {
    if (this.#app.selecting) return null;
    let [found, nearest] = [/** @type {number | null} */ (null), grab];
    this.#stage.prompt.points.forEach((point, number) => {
      const [px, py] = this.#stage.viewport.toCanvas(...point);
      const far = Math.hypot(px - x, py - y);
      if (far <= nearest) [found, nearest] = [number, far];
    });
    return found;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} grab
   */
  gripAt(x, y, grab) {
    const box = this.#stage.prompt.box;
    if (!box || this.#app.selecting) return null;
    const { viewport } = this.#stage;
    return gripAt([...viewport.toCanvas(box[0], box[1]), ...viewport.toCanvas(box[2], box[3])], x, y, grab);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {OneHand} hand
   */
  onPress(x, y, hand) {
    if (!this.#stage.viewport.showsPhotoAt(x, y) || this.#selects(hand)) return;
    this.#dropCross();
    this.#stage.moving = { coming: [...this.#app.coming, { at: this.#stage.viewport.toPhoto(x, y), label: this.#labelOf(hand) }] };
    this.#stage.drawMarks();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number | null} point
   * @param {OneHand} hand
   */
  onClick(x, y, point, hand) {
    this.#rest();
    const { viewport } = this.#stage;
    if (!viewport.showsPhotoAt(x, y)) return;
    this.#stage.forgetHover();
    this.#app.status.say("");
    if (this.#selects(hand)) {
      this.#select(x, y);
      return;
    }
    if (this.#isMeantBefore(x, y, hand)) return;
    this.#click(x, y, point, hand);
  }

  /**
   * Say whether a click just repeats the last one, and what that led to is still there; a finger's double tap zooms.
   *
   * @param {number} x
   * @param {number} y
   * @param {OneHand} hand
   */
  #isMeantBefore(x, y, hand) {
    const last = this.#last;
    if (!last || Math.hypot(x - last.at[0], y - last.at[1]) > hand.grab) return false;
    const isDouble = hand.time - last.time < DOUBLE_CLICK_MS;
    if (!isDouble && (last.prompt !== this.#stage.prompt || performance.now() - last.answered > IMPATIENT_MS)) return false;
    if (isDouble && hand.finger) {
      this.#last = null;
      this.#zoomByTaps(x, y);
      return true;
    }
    this.#last = { ...last, time: hand.time };
    return true;
  }

  /**
   * Zoom in where a finger tapped twice, or out again; what the first tap did is taken back.
   *
   * @param {number} x
   * @param {number} y
   */
  async #zoomByTaps(x, y) {
    const { viewport, mostScale } = this.#stage;
    this.#stage.lookAt(viewport.part ? viewport.whole() : viewport.zoomed(TAPS_ZOOM, [x, y], mostScale));
    await this.#app.settled();
    this.#app.undo();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number | null} point
   * @param {OneHand} hand
   */
  async #click(x, y, point, hand) {
    const app = this.#app;
    /** @type {LastClick} */
    const click = { at: [x, y], time: hand.time, answered: Infinity, prompt: this.#stage.prompt };
    this.#last = click;
    let done;
    if (point !== null) done = await app.do("remove_point", { index: point });
    else {
      const label = this.#labelOf(hand);
      const isFirst = !app.isBusy && !this.#stage.prompt.points.length && !this.#stage.prompt.box && !app.answer;
      done = await app.addPoint(...this.#stage.viewport.toPhoto(x, y), label);
      if (done && isFirst && label === 0) {
        app.status.say(tr(
          "The first click was on the background: SAM answers with what lies elsewhere, often most of the photo. Click on the object, too.",
        ));
      }
    }
    if (this.#last !== click && this.#last?.at !== click.at) return;
    this.#last = done ? { ...this.#last, answered: performance.now(), prompt: this.#stage.prompt } : null;
  }

  /**
   * Go on with the object that lies there; the next Delete is for it.
   *
   * @param {number} x
   * @param {number} y
   */
  async #select(x, y) {
    this.#last = null;
    const found = this.#app.objectAt(x, y);
    if (found === null) {
      this.#app.status.say(tr("No object lies there that could be selected."));
      return;
    }
    await this.#app.select(found);
  }

  /**
   * @param {number} point
   * @param {number} x
   * @param {number} y
   * @param {boolean} done
   */
  onDragPoint(point, x, y, done) {
    this.#stage.forgetHover();
    this.#stage.moving = { coming: this.#app.coming, grabbed: { point, at: [x, y] } };
    this.#stage.drawMarks();
    if (!done) return;
    const [toX, toY] = this.#stage.viewport.toPhoto(x, y);
    this.#app.do("move_point", { index: point, x: toX, y: toY }).then(() => this.#rest());
  }

  /**
   * @param {Box} box
   * @param {boolean} done
   * @param {OneHand} hand
   */
  onDragBox(box, done, hand) {
    this.#stage.forgetHover();
    if (this.#selects(hand)) return;
    this.#dropCross();
    if (this.#labelOf(hand) === 0) {
      this.#rest();
      this.#app.status.say(tr(
        "A box goes around the object: choose Object to draw one. What does not belong is marked by clicks.",
      ));
      return;
    }
    this.#dragBox(box, done, tr("The new box has taken the old one's place; undo brings that back."));
  }

  /**
   * @param {Grip} grip
   * @param {number} dx
   * @param {number} dy
   * @param {boolean} done
   */
  onDragGrip(grip, dx, dy, done) {
    this.#stage.forgetHover();
    const { canvasWidth, canvasHeight } = this.#stage.viewport;
    this.#dragBox(dragged(grip, dx, dy, canvasWidth, canvasHeight), done, "");
  }

  /**
   * Show a box on its way, or set it; one that is nearly a line is taken for a slip.
   *
   * @param {Box} box on the canvas
   * @param {boolean} done
   * @param {string} replaced what is said where there was another
   */
  async #dragBox(box, done, replaced) {
    const [x0, y0, x1, y1] = box;
    this.#stage.moving = { coming: this.#app.coming, box };
    this.#stage.drawMarks();
    if (!done) return;
    if (Math.min(x1 - x0, y1 - y0) < 2) {
      this.#rest();
      return;
    }
    const { viewport, prompt } = this.#stage;
    const [left, top] = viewport.toPhoto(x0, y0);
    const [right, bottom] = viewport.toPhoto(x1, y1);
    const isSet = await this.#app.do("set_box", { x0: left, y0: top, x1: right, y1: bottom });
    this.#rest();
    if (isSet && prompt.box && replaced) this.#app.status.say(replaced);
  }

  onCancel() {
    this.#rest();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {OneHand} hand
   */
  onHover(x, y, hand) {
    this.#dropCross();
    const point = this.pointAt(x, y, hand.grab);
    const grip = point === null ? this.gripAt(x, y, hand.grab) : null;
    const overPhoto = this.#stage.viewport.showsPhotoAt(x, y);
    const cursor = !overPhoto ? "default" : this.#app.selecting ? "pointer" : point !== null ? "grab" : grip ? cursorOf(grip) : "";
    this.#stage.element.style.cursor = cursor;
    if (!overPhoto || this.#app.selecting || point !== null || grip) this.onLeave();
    else this.#app.previews.at(this.#stage.viewport.toPhoto(x, y), this.#labelOf(hand));
  }

  onLeave() {
    this.#app.previews.forget();
  }

  #rest() {
    this.#stage.moving = { coming: this.#app.coming };
    this.#stage.drawMarks();
  }

  #dropCross() {
    if (!this.#stage.cross) return;
    this.#stage.cross = null;
    this.#stage.drawMarks();
  }

  /** @param {OneHand} hand */
  #selects(hand) {
    return this.#app.selecting || hand.selects;
  }

  /** @param {OneHand} hand */
  #labelOf(hand) {
    return hand.background ? 0 : this.#app.label;
  }
}
