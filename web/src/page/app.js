/** The page's middle: a photo, its session, the engine that answers, and all that shows them. */

/** @import { Answer, Handle, Mask, Photo, Place, State, View } from "./types.js" */

import { best, reason } from "../core/choice.js";
import { Session } from "../core/session.js";
import { tr, trn, WebError } from "../core/words.js";
import { Engine } from "../engine.js";
import { Closer } from "./closer.js";
import { Cross } from "./cross.js";
import { Gestures } from "./gestures.js";
import { Hand } from "./hand.js";
import { listenToKeys } from "./keys.js";
import { listenToPointer } from "./pointer.js";
import { Previews } from "./previews.js";
import { Ranker } from "./ranker.js";
import { describePhoto, describeState, describeView, nextStep } from "./speech.js";
import { Stage } from "./stage.js";
import { Status } from "./status.js";

/** @typedef {{ id: string, photo: Photo, session: Session }} Work a photo and what was done on it */

const EMPTY = { points: [], labels: [], box: null };

export class App {
  lang = "en";
  label = 1;
  selecting = false;
  keysAreShown = false;
  /** Whether the photo is on its way into the engine. */
  isPreparing = false;
  /** @type {Work | null} */
  work = null;
  /** @type {Work | null} the photo before, with its objects */
  before = null;
  /** @type {{ at: Place, label: number }[]} points that were clicked and that no answer has come to yet */
  coming = [];
  /** @type {unknown} the object that a click selected: the next Delete is for it */
  #selected = null;
  /** @type {Promise<Engine> | null} */
  #engine = null;
  /** @type {unknown} why there is none */
  #lost = null;
  /** @type {Promise<unknown>} all that is on its way */
  #busy = Promise.resolve();
  #count = 0;
  #photos = 0;
  /** @type {() => void} */
  #onChange;

  /**
   * @param {any} data what the package exports to the page
   * @param {string} base where the page's files lie
   * @param {() => void} onChange hears that something is to be shown anew
   */
  constructor(data, base, onChange) {
    this.data = data;
    this.base = base;
    this.#onChange = onChange;
    this.status = new Status();
    this.stage = new Stage(data.style, async (handles, view) => this.#drawn(handles, view), (error) => this.#fail(error));
    this.hand = new Hand(this);
    this.cross = new Cross(this);
    this.previews = new Previews(this);
    this.ranker = new Ranker(this);
    this.closer = new Closer(this, (how) => this.status.showLook(how));
    const gestures = new Gestures(this.hand);
    const { spaceIsDown, spaceIsUsed } = listenToKeys(this);
    listenToPointer(this.stage.element, {
      gestures,
      unit: () => this.stage.unit,
      moveView: (at, dx, dy, factor) => {
        this.hand.forget();
        const [x, y] = at; // nearer first: all of the photo cannot be moved
        this.stage.lookAt(this.stage.viewport.zoomed(factor, [x - dx, y - dy], this.stage.mostScale).panned(dx, dy));
      },
      leave: () => this.previews.forget(),
      spaceIsDown,
      spaceIsUsed,
    });
    this.stage.onView = () => {
      this.closer.follow();
      this.refresh();
    };
  }

  // what there is

  /** @returns {State} */
  get state() {
    return this.work?.session.state ?? { objects: [], current: null, made: 0 };
  }

  get active() {
    const { objects, current } = this.state;
    return current === null ? null : objects[current];
  }

  /** @returns {Answer | null} */
  get answer() {
    return this.active?.answer ?? null;
  }

  get canUndo() {
    return this.work?.session.canUndo ?? false;
  }

  get canRedo() {
    return this.work?.session.canRedo ?? false;
  }

  /** Whether an answer is being worked on. */
  get isBusy() {
    return this.#count > 0;
  }

  /**
   * @param {number} number an object's
   * @returns {import("./types.js").Rgb}
   */
  colorOf(number) {
    const { palette } = this.data.style;
    return palette[(number - 1) % palette.length];
  }

  get nextColor() {
    return this.colorOf(this.active?.number ?? this.state.made + 1);
  }

  /** Wait until nothing is on its way. */
  async settled() {
    while (this.isBusy) await this.#busy;
  }

  // the engine

  /** @returns {Promise<Engine>} fetched and made the first time, and after it was lost */
  engine() {
    this.#engine ??= this.#open();
    return this.#engine;
  }

  async #open() {
    try {
      const onProgress = (/** @type {{ done: number, total: number }} */ { done, total }) =>
        (done < total ? this.status.showProgress(done, total) : this.status.endProgress());
      return await Engine.open({ base: this.base, lang: this.lang, onProgress });
    } catch (error) {
      this.#engine = null;
      this.#lost = error;
      throw error;
    } finally {
      this.status.endProgress();
    }
  }

  /** Show an error; where the engine could not be had, with a button that tries again. */
  #fail(/** @type {unknown} */ error) {
    this.status.showError(error, error !== this.#lost ? undefined : { label: tr("Try again"), run: () => this.tryAgain() });
  }

  /** Fetch what could not be fetched before, for the photo that is shown. */
  async tryAgain() {
    this.status.say("");
    if (this.work) await this.#encode(this.work);
  }

  /**
   * @param {Handle[]} handles
   * @param {View} view
   * @returns {Promise<Mask[]>}
   */
  async #drawn(handles, view) {
    const engine = await this.engine();
    return engine.draw(/** @type {Work} */ (this.work).id, handles, view);
  }

  /**
   * Return what is seen of masks of this photo.
   *
   * @param {Handle[]} handles
   * @param {View} view
   */
  draw(handles, view) {
    return this.#drawn(handles, view);
  }

  /**
   * What a session knows of its photo, and asks the engine.
   *
   * @param {{ id: string, photo: Photo }} work
   * @returns {import("../core/session.js").About}
   */
  #asking({ id, photo }) {
    return {
      width: photo.width,
      height: photo.height,
      format: this.data.session.format,
      ask: async (prompt, previous, part) => (await this.engine()).predict(id, prompt, { previous, part }),
      digest: async () => (await this.engine()).digest(id),
      explain: (numbers) => ({ best: best(numbers, this.data.rule), reason: reason(numbers, this.data.rule) }),
    };
  }

  /**
   * Return the part of the photo that answers a prompt, where one is looked at more closely.
   *
   * @param {{ id: string }} work
   * @param {import("./types.js").Prompt} prompt
   * @param {Handle | null} previous
   */
  async #closerLook({ id }, prompt, previous) {
    const { part } = this.closer;
    return part && id === this.work?.id ? (await this.engine()).closer(id, part, prompt, previous) : null;
  }

  /**
   * @param {{ id: string, photo: Photo }} place
   * @returns {Work} with nothing done yet
   */
  #begun(place) {
    return this.#looking(place, new Session(this.#asking(place)));
  }

  /**
   * @param {{ id: string, photo: Photo }} place
   * @param {Session} session which looks closer where the view does, and ranks by what DeepLab has seen
   * @returns {Work}
   */
  #looking(place, session) {
    session.seen = async (prompt, answer) => (await this.engine()).seen(place.id, prompt, answer);
    session.closer = (prompt, previous) => this.#closerLook(place, prompt, previous);
    return { ...place, session };
  }

  /** @param {{ id: string, photo: Photo }} work */
  async #prepare({ id, photo }) {
    const engine = await this.engine();
    await engine.photo(id, photo.sample ? { sample: photo.sample } : photo.bitmap);
    await engine.encoded(id);
  }

  /**
   * Return the mask that a click would bring, as large as the view, or null where something newer is asked for.
   *
   * @param {Place} at
   * @param {number} label
   * @param {View} view
   * @returns {Promise<Mask | null>}
   */
  async preview(at, label, view) {
    if (!this.work) return null;
    const prompt = this.active?.prompt ?? EMPTY;
    const wanted = { points: [...prompt.points, at], labels: [...prompt.labels, label], box: prompt.box };
    const previous = this.answer ? this.answer.candidates[this.answer.best].handle : null;
    const part = await this.#closerLook(this.work, wanted, previous);
    const found = await (await this.engine()).preview(this.work.id, wanted, view, { previous, part });
    return found && found.mask;
  }

  /**
   * Return what is measured of an answer's mask.
   *
   * @param {Answer} answer
   */
  async measure(answer) {
    return (await this.engine()).measure(/** @type {Work} */ (this.work).id, answer.candidates[answer.best].handle, answer.best);
  }

  /**
   * Return files of the objects' masks, or the photo.
   *
   * @param {"masks" | "cutouts" | "coco" | "photo"} kind
   * @param {string} name the photo's
   * @returns {Promise<import("../core/files.js").File[]>}
   */
  async files(kind, name) {
    const objects = this.state.objects.flatMap(({ number, name: called, answer }) =>
      (answer ? [{ number, name: called, handle: answer.candidates[answer.best].handle }] : []));
    return (await this.engine()).files(/** @type {Work} */ (this.work).id, kind, objects, name);
  }

  /**
   * Let DeepLab name an object.
   *
   * @param {number} index
   */
  async suggestName(index) {
    const { work } = this;
    if (!work || !this.state.objects[index].answer) {
      throw new WebError("nothing", tr("there is no mask to name yet: click on the object first"));
    }
    const engine = await this.engine();
    await this.ranker.look(work);
    const { candidates, best: shown } = /** @type {Answer} */ (this.state.objects[index].answer);
    const name = await engine.nameFor(work.id, candidates[shown].handle);
    if (name === null) throw new WebError("nothing", tr("DeepLab sees none of its 20 classes in this mask"));
    await this.do("name_object", { index, name: tr(name) });
  }

  /** Return the record of the clicks, which the notebook's widget replays. */
  record() {
    return /** @type {Work} */ (this.work).session.toJSON();
  }

  /**
   * Do again what was recorded on this photo, in place of what was done here.
   *
   * @param {string} text
   */
  async replay(text) {
    const { work } = this;
    if (!work) throw new WebError("nothing", tr("These are clicks: open their photo first."));
    const session = await Session.fromJSON(text, this.#asking(work));
    if (this.state.objects.length) this.#keep(work);
    this.#show(this.#looking({ id: work.id, photo: work.photo }, session));
    this.status.say(this.before ? tr('The photo before and its objects are kept: "Back to the photo before".') : "");
  }

  /** Make the engine ready where that costs no download: its files are kept from the last visit. */
  async prepare() {
    if (await Engine.isCached?.(this.base)) await this.engine().catch(() => {}); // whoever opens a photo is told
  }

  /** @param {string} lang of all sentences from now on, the engine's, too */
  async speak(lang) {
    this.lang = lang;
    if (this.#engine) (await this.#engine).speak(lang);
  }

  // photos

  /**
   * Show a photo and begin on it; the one before is kept with its objects.
   *
   * @param {Photo} photo
   */
  async open(photo) {
    this.#photos += 1;
    const work = this.#begun({ id: `${this.#photos}:${photo.name}`, photo });
    const { work: last } = this;
    if (last && this.state.objects.length) this.#keep(last);
    this.#show(work);
    if (last) this.#forget(last);
    this.status.say(this.before ? tr('The photo before and its objects are kept: "Back to the photo before".') : "");
    await this.#encode(work);
  }

  /** @param {Work} work whose photo the engine takes in, while it is looked at already */
  async #encode(work) {
    this.isPreparing = true;
    this.refresh();
    await this.carryOut(() => this.#prepare(work), true);
    this.isPreparing = false;
    this.refresh();
  }

  /** @param {Work} work that can be come back to, in place of what could before */
  #keep(work) {
    const { before } = this;
    this.before = work;
    if (before) this.#forget(before);
  }

  /** @param {Work} work whose photo is let go, if nobody can come back to it */
  async #forget({ id, photo }) {
    if (id === this.work?.id || id === this.before?.id) return;
    const engine = await this.#engine?.catch(() => null);
    if (engine?.photos.has(id)) await engine.forget(id).catch(() => {});
    photo.bitmap.close();
  }

  /** Go back to the photo before, with its objects; from there the same leads here again. */
  bringBack() {
    if (!this.before) return;
    const back = this.before;
    this.before = this.work;
    this.status.say("");
    this.#show(back);
  }

  /** @param {Work} work */
  #show(work) {
    this.work = work;
    this.selecting = false;
    this.coming = [];
    this.hand.forget();
    this.#onChange();
    this.stage.show(work.photo);
    this.refresh();
    this.stage.element.focus({ preventScroll: true });
  }

  // what a hand can do

  /**
   * Carry something out, and show what goes wrong.
   *
   * @param {() => unknown} what
   * @param {boolean} [quietly] whether nothing shows that there is work going on
   * @returns {Promise<boolean>} whether it went well
   */
  async carryOut(what, quietly = false) {
    try {
      const done = Promise.resolve(what());
      await (quietly ? done : this.status.whileWorking(done));
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /**
   * Do a step of the session.
   *
   * @param {string} action
   * @param {Record<string, unknown>} [values]
   * @returns {Promise<boolean>} whether it was done
   */
  async do(action, values = {}) {
    const { work } = this;
    if (!work) return false;
    this.previews.forget();
    this.#count += 1;
    this.#showBusy();
    const doing = this.carryOut(() => work.session.do(action, values));
    this.#busy = doing;
    this.status.say("");
    const done = await doing;
    this.#count -= 1;
    this.refresh();
    this.ranker.follow();
    return done;
  }

  /**
   * Add a point, which is seen before its answer comes.
   *
   * @param {number} x in the photo
   * @param {number} y
   * @param {number} label
   */
  async addPoint(x, y, label) {
    /** @type {{ at: Place, label: number }} */
    const point = { at: [x, y], label };
    this.coming = [...this.coming, point];
    this.stage.moving = { coming: this.coming };
    this.stage.drawMarks();
    const adding = this.do("add_point", { x, y, label });
    const done = await adding;
    this.coming = this.coming.filter((one) => one !== point);
    this.stage.moving = { coming: this.coming };
    this.stage.drawMarks();
    return done;
  }

  async undo() {
    await this.#step("undo");
  }

  async redo() {
    await this.#step("redo");
  }

  /** @param {"undo" | "redo"} way */
  async #step(way) {
    const { work } = this;
    if (!work) return;
    this.previews.forget();
    this.status.say("");
    await this.settled();
    await this.carryOut(() => work.session[way]());
    this.refresh();
  }

  /** @param {number} label what clicks mark from now on */
  setLabel(label) {
    this.label = label;
    this.selecting = false;
    this.previews.forget();
    this.refresh();
    this.status.speak(label ? tr("clicks mark the object") : tr("clicks mark the background"));
  }

  /** @param {boolean} on whether clicks select the object under them */
  setSelecting(on) {
    this.selecting = on;
    this.previews.forget();
    this.refresh();
  }

  toggleHover() {
    this.previews.isOn = !this.previews.isOn;
    this.previews.forget();
    this.refresh();
  }

  toggleKeys() {
    this.keysAreShown = !this.keysAreShown;
    this.refresh();
  }

  /** Give up what is under way. */
  escape() {
    this.previews.forget();
    this.stage.moving = { coming: this.coming };
    this.setSelecting(false);
  }

  /** @param {number} index of the candidate */
  pick(index) {
    const count = this.answer?.candidates.length ?? 0;
    if (!count) throw new WebError("nothing", tr("There is no mask to pick yet: click on an object first."));
    if (index < count) return this.do("choose", { index });
    throw new WebError("nothing", noSuchMask(count));
  }

  otherReadings() {
    if (!this.answer?.others?.length) throw new WebError("nothing", tr("There are no other readings to show."));
    return this.do("other_readings");
  }

  /**
   * Return the index of the object at a place of the canvas, or null.
   *
   * @param {number} x
   * @param {number} y
   */
  objectAt(x, y) {
    const found = this.stage.masks.at(x, y);
    return found === null ? null : this.shown[found].index;
  }

  /** @param {number} index of the object that is gone on with */
  async select(index) {
    if (!(await this.do("select_object", { index }))) return;
    this.#selected = this.active?.number;
    const { number } = this.state.objects[index];
    this.status.say(tr("Object {number} is selected; Delete deletes it.", { number }));
  }

  /** Take away the point under the cross, the object that a click selected, or else the box. */
  delete() {
    const point = this.cross.point;
    const { current } = this.state;
    if (point !== null) return this.do("remove_point", { index: point });
    if (current !== null && (this.selecting || this.active?.number === this.#selected)) {
      this.#selected = null;
      return this.do("delete_object", { index: current });
    }
    if (this.active?.prompt.box) return this.do("clear_box");
    throw new WebError(
      "nothing", tr("There is no point under the cross and no box to take away. Click on a point to remove it."),
    );
  }

  /** @param {number} number of the point that the keyboard came to */
  tellPoint(number) {
    const label = this.stage.prompt.labels[number];
    const values = { number: number + 1, count: this.stage.prompt.points.length };
    this.status.speak(label ? tr("Point {number} of {count}, on the object.", values) : tr("Point {number} of {count}, on the background.", values));
  }

  // what is shown

  /** The visible objects that have a mask, with their places in the list. */
  get shown() {
    return this.state.objects.map((one, index) => ({ one, index })).filter(({ one }) => one.visible && one.answer);
  }

  #showBusy() {
    this.stage.element.setAttribute("aria-busy", String(this.isBusy || this.isPreparing));
  }

  /** Show all as it stands. */
  refresh() {
    if (!this.work) return;
    const colors = this.shown.map(({ one }) => this.colorOf(one.number));
    const alike = new Set(colors).size < colors.length;
    this.stage.prompt = this.active?.prompt ?? EMPTY;
    this.stage.showMasks(this.shown.map(({ one }, at) => {
      const { candidates, best } = /** @type {Answer} */ (one.answer);
      return { handle: candidates[best].handle, color: colors[at], number: alike ? one.number : 0 };
    }));
    this.stage.drawMarks();
    this.stage.element.style.cursor = this.selecting ? "pointer" : "";
    const said = [describePhoto(this.work.photo), describeView(this.stage.viewport), describeState(this.state, this.work.photo)];
    this.stage.element.setAttribute("aria-label", said.join(" "));
    this.#showBusy();
    this.status.hint(nextStep(this));
    this.status.speak(said[2]);
    this.#onChange();
  }
}

/** @param {number} count */
function noSuchMask(count) {
  return trn("There is only {count} mask to pick.", "There are only {count} masks to pick.", count, { count });
}
