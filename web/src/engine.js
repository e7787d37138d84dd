/**
 * The page's side of the workers: promises for photos and masks, errors as one sentence. The README has the list.
 */

import { best, reason } from "./core/choice.js";
import { diagnose } from "./core/diagnosis.js";
import { grown } from "./core/frame.js";
import { Weights } from "./core/weights.js";
import { WebError, speak, tr } from "./core/words.js";
import { Line } from "./line.js";

/** @typedef {import("./core/frame.js").Mask} Mask */
/** @typedef {import("./core/frame.js").Box} Box */
/** @typedef {import("./core/frame.js").View} View */
/** @typedef {import("./core/sam.js").Prompt} Prompt */
/** @typedef {import("./core/sam.js").Handle} Handle */
/** @typedef {import("./core/weights.js").Progress} Progress */
/** @typedef {{ iou: number, stability: number, area: number, border: number, cutOff: boolean, handle: Handle }} Candidate */

/**
 * @typedef {object} Prediction
 * @property {Candidate[]} candidates three for a single click, else one
 * @property {Candidate[]} others SAM's other readings of the same prompt
 * @property {number} best which comes first
 * @property {string} reason why, in a sentence of the language that is spoken
 * @property {import("./core/choice.js").Numbers} numbers what the choice was made of; see `Engine.explain`
 */

/**
 * @typedef {object} Photo
 * @property {import("./serving.js").Source} source
 * @property {Promise<void>} encoded
 * @property {Promise<string> | null} digest
 * @property {Map<string, Promise<void>>} parts by their keys, when they are encoded
 * @property {Promise<number[]> | null} classes pixels of each, when DeepLab has looked
 * @property {boolean} isLooked whether it has
 */

const MOST_THREADS = 4;

export class Engine {
  /**
   * Fetch and verify the weights, start the networks.
   *
   * @param {{ base?: string | URL, lang?: string, threads?: number, onProgress?: (progress: Progress) => void }} [wanted]
   * @returns {Promise<Engine>}
   * @throws {WebError} whose message is one sentence
   */
  static async open({ base = new URL("..", import.meta.url), lang = "en", threads, onProgress = () => {} } = {}) {
    const engine = new Engine(String(base), onProgress);
    engine.data = await Engine.data(engine.base);
    engine.threads = threads ?? (globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS) : 1);
    engine.speak(lang);
    await engine.sam.start();
    return engine;
  }

  /**
   * What data.json holds, before any weights are fetched: words, samples, style.
   *
   * @param {string | URL} [base]
   * @returns {Promise<any>}
   */
  static async data(base = new URL("..", import.meta.url)) {
    try {
      return await (await fetch(new URL("data.json", base))).json();
    } catch {
      throw new WebError("network", tr("The file {name} cannot be fetched. Look whether the network is there, and load the page again.", { name: "data.json" }));
    }
  }

  /**
   * @param {string | URL} [base]
   * @returns {Promise<boolean>} whether all weights are kept here, so that opening fetches nothing
   */
  static async isCached(base = new URL("..", import.meta.url)) {
    const { model } = await Engine.data(base);
    return new Weights(String(base)).areKept(model.files);
  }

  /**
   * @param {string} base
   * @param {(progress: Progress) => void} onProgress
   */
  constructor(base, onProgress) {
    this.base = base;
    this.onProgress = onProgress;
    /** @type {any} what data.json holds: languages, style, samples, rule, model, session */
    this.data = null;
    this.lang = "en";
    this.threads = 1;
    /** @type {Map<string, Photo>} */
    this.photos = new Map();
    this.sam = new Line(
      new URL("worker.js", import.meta.url), () => ({ base, data: this.data, lang: this.lang, threads: this.threads }), onProgress,
    );
    /** Whether what DeepLab fetches is not shown: nobody waits for it. */
    this.looksQuietly = true;
    this.deepLab = new Line(
      new URL("looker.js", import.meta.url), () => ({ base, data: this.data, lang: this.lang }),
      (progress) => this.looksQuietly || onProgress(progress),
    );
    /** @type {{ id: string, given: object, part: Box | null, resolve: (mask: any) => void, reject: (error: WebError) => void } | null} */
    this.nextPreview = null;
    this.previewing = false;
  }

  /** @param {string} lang a language of data.json, for every sentence from now on */
  speak(lang) {
    this.lang = lang in this.data.languages ? lang : "en";
    speak(this.data.languages[this.lang]);
  }

  /**
   * Make a photo known; it is encoded behind what else happens.
   *
   * @param {string} id
   * @param {ImageBitmap | { sample: string }} source a bitmap must stay open until `forget`; it is copied, not taken
   * @returns {Promise<{ width: number, height: number }>}
   */
  async photo(id, source) {
    const sample = "sample" in source ? this.data.samples.find((/** @type {any} */ one) => one.name === source.sample) : null;
    const bitmap = "sample" in source ? null : source;
    const { width, height } = sample ?? bitmap;
    /** @type {Photo} */
    const photo = {
      source: { width, height, bitmap, path: sample ? new URL(sample.photo, this.base).href : null, embedding: sample?.embedding ?? null },
      encoded: Promise.resolve(),
      digest: null,
      parts: new Map(),
      classes: null,
      isLooked: false,
    };
    this.photos.set(id, photo);
    photo.encoded = this.encode(id, photo);
    photo.encoded.catch(() => {}); // whoever waits for it is told
    return { width, height };
  }

  /**
   * @param {string} key
   * @param {Photo} photo
   * @param {Box | null} [view]
   */
  async encode(key, photo, view = null) {
    await this.sam.ask("encode", { key, photo: photo.source, view });
  }

  /** @param {string} id resolves when the photo's embedding is there */
  async encoded(id) {
    await this.known(id).encoded;
  }

  /** @param {string} id */
  known(id) {
    const photo = this.photos.get(id);
    if (!photo) throw new Error(`no photo is known as ${id}`);
    return photo;
  }

  /**
   * @param {string} id
   * @param {string} task
   * @param {object} given
   * @param {Box | null} [part] to look at more closely
   */
  async answered(id, task, given, part = null) {
    const photo = this.known(id);
    const key = part === null ? id : `${id} ${part}`;
    if (part === null) await photo.encoded;
    try {
      return await this.sam.ask(task, { key, ...given });
    } catch (error) {
      if (!(error instanceof WebError) || error.code !== "forgotten") throw error;
      const encoded = this.encode(key, photo, part);
      if (part === null) photo.encoded = encoded;
      await encoded;
      return this.sam.ask(task, { key, ...given });
    }
  }

  /**
   * @param {string} id
   * @param {Prompt} prompt in pixels of the photo
   * @param {{ previous?: Handle | null, part?: Box | null }} [more] what it goes on from; the part to look at more closely
   * @returns {Promise<Prediction>}
   */
  async predict(id, prompt, { previous = null, part = null } = {}) {
    const { width, height } = this.known(id).source;
    /** @type {{ candidates: Candidate[], others: Candidate[], single: boolean }} */
    const { candidates, others, single } = await this.answered(id, "predict", { prompt, previous }, part);
    const numbers = {
      iou: candidates.map((one) => one.iou),
      area: candidates.map((one) => one.area),
      pixels: width * height,
      border: candidates.map((one) => one.border),
      cutOff: candidates.map((one) => one.cutOff),
      single,
      closer: candidates[0].handle.view !== null,
      seen: null,
      picked: null,
    };
    return { candidates, others, numbers, ...this.explain(numbers) };
  }

  /**
   * Draw masks, no larger than they are seen.
   *
   * @param {string} id
   * @param {Handle[]} handles
   * @param {View | null} [view] null is all of the photo at its own size
   * @returns {Promise<Mask[]>}
   */
  async draw(id, handles, view = null) {
    const { width, height } = this.known(id).source;
    return (await this.sam.ask("draw", { size: [height, width], handles, view })).masks;
  }

  /** @returns {Promise<boolean>} whether DeepLab's network is kept here, so that looking fetches nothing */
  keepsDeepLab() {
    return new Weights(this.base).areKept({ graph: this.data.semantic.file });
  }

  /**
   * Let DeepLab look at a photo; its network is fetched for the first one.
   *
   * @param {string} id
   * @param {{ quietly?: boolean }} [how] `quietly` where nobody waits: what is fetched is not shown
   * @returns {Promise<{ name: string, share: number }[]>} the classes in it but the background, the largest first; `tr(name)` is the word
   */
  async semantic(id, { quietly = false } = {}) {
    const { width, height } = this.known(id).source;
    const found = (await this.look(id, quietly)).map((count, i) => {
      return { name: this.label(this.data.semantic.classes[i]), share: count / (width * height) };
    });
    return found.slice(1).filter((one) => one.share > 0).sort((one, other) => other.share - one.share);
  }

  /**
   * @param {string} id
   * @param {boolean} quietly
   * @returns {Promise<number[]>} pixels of each class
   */
  look(id, quietly) {
    const photo = this.known(id);
    if (!quietly) this.looksQuietly = false;
    const looking = (photo.classes ??= this.deepLab.ask("semantic", { key: id, photo: photo.source }));
    looking.then(
      () => (photo.isLooked = photo.classes === looking),
      () => this.unlooked(photo),
    ).finally(() => (this.looksQuietly = true));
    return looking;
  }

  /** @param {Photo} photo of which no classes are known any more */
  unlooked(photo) {
    photo.classes = null;
    photo.isLooked = false;
  }

  /** @param {string} name of a class, as DeepLab has it */
  label(name) {
    return this.data.rule.classes[name] ?? name;
  }

  /** @param {string} id whether DeepLab has looked at a photo and knows its classes still */
  isLooked(id) {
    return this.known(id).isLooked;
  }

  /**
   * What DeepLab sees under a single click, for `Session.seen`: no click waits for it to look.
   *
   * @param {string} id
   * @param {Prompt} prompt
   * @param {{ candidates: Candidate[] }} answer
   * @returns {Promise<import("./core/choice.js").ClassUnderClick | null>} null where it has not looked at the photo
   */
  async seen(id, prompt, { candidates }) {
    const photo = this.known(id);
    if (!photo.isLooked) return null;
    try {
      return await this.deepLab.ask("seen", { key: id, point: prompt.points[0], handles: candidates.map((one) => one.handle) });
    } catch {
      this.unlooked(photo); // another photo's are known, or none: its worker died
      return null;
    }
  }

  /**
   * @param {string} id
   * @param {Handle} handle
   * @returns {Promise<string | null>} the class that DeepLab sees most of in a mask, in English for `tr`; null is none of its classes
   */
  async nameFor(id, handle) {
    const ask = async () => {
      await this.look(id, false);
      return this.deepLab.ask("named", { key: id, handle });
    };
    const name = await ask().catch((error) => {
      if (!(error instanceof WebError) || error.code !== "forgotten") throw error;
      this.unlooked(this.known(id));
      return ask();
    });
    return name === this.data.semantic.classes[0] ? null : this.label(name);
  }

  /**
   * Count what there is to count on a mask, and say what `diagnose` says of it, in the language that is spoken now.
   *
   * @param {string} id
   * @param {Handle} handle
   * @param {number} [number] the mask's, from 0
   * @returns {Promise<import("./core/diagnosis.js").Measures>}
   */
  async measure(id, handle, number = 0) {
    const { width, height } = this.known(id).source;
    return diagnose(await this.sam.ask("measure", { size: [height, width], handle }), this.data.diagnosis, number);
  }

  /**
   * @param {string} id
   * @returns {Promise<string>} SHA-256 of the photo's pixels, by which a session knows it
   */
  digest(id) {
    const photo = this.known(id);
    photo.digest ??= this.sam.ask("digest", { photo: photo.source });
    photo.digest.catch(() => (photo.digest = null));
    return photo.digest;
  }

  /**
   * @param {string} id
   * @param {"masks" | "cutouts" | "coco" | "photo"} kind
   * @param {{ number: number, name: string, handle: Handle }[]} objects
   * @param {string} name of the photo, without an ending
   * @returns {Promise<import("./core/files.js").File[]>}
   */
  files(id, kind, objects, name = "photo") {
    return this.sam.ask("files", { photo: this.known(id).source, kind, objects, name });
  }

  /**
   * @param {string} id
   * @returns {import("./core/session.js").About} what `new Session(…)` and `Session.fromJSON(text, …)` take
   */
  about(id) {
    const { width, height } = this.known(id).source;
    return {
      width,
      height,
      format: this.data.session.format,
      ask: (prompt, previous, part) => this.predict(id, prompt, { previous, part }),
      digest: () => this.digest(id),
      explain: (numbers) => this.explain(numbers),
    };
  }

  /**
   * Choose by the package's rule, and say why in the language that is spoken now.
   *
   * @param {import("./core/choice.js").Numbers} numbers `picked` set where a hand chose
   * @returns {{ best: number, reason: string }}
   */
  explain(numbers) {
    return { best: best(numbers, this.data.rule), reason: reason(numbers, this.data.rule) };
  }

  /**
   * The part of a photo around a box that is looked at more closely, for `closer`; its encoder runs behind what else happens.
   *
   * @param {string} id
   * @param {[number, number, number, number]} box x0, y0, x1, y1
   * @returns {Box | null} null where that would be all of the photo
   */
  part(id, box) {
    const photo = this.known(id);
    const { width, height } = photo.source;
    const { margin, least } = this.data.closer;
    const part = grown(box, [height, width], margin, least);
    if (String(part) === String([0, 0, width, height])) return null;
    this.partReady(id, part).catch(() => {}); // who asks is told
    return part;
  }

  /**
   * @param {string} id
   * @param {Box} part as `part` gave it
   * @returns {Promise<void>} resolves when its embedding is there
   */
  partReady(id, part) {
    const photo = this.known(id);
    const key = `${id} ${part}`;
    const coming = photo.parts.get(key) ?? this.encode(key, photo, part);
    photo.parts.set(key, coming);
    coming.catch(() => photo.parts.delete(key));
    return coming;
  }

  /**
   * Whether a part answers a prompt, for `Session.closer`: nothing that counts may lie outside of it.
   *
   * @param {string} id
   * @param {Box} part
   * @param {Prompt} prompt
   * @param {Handle | null} previous
   * @returns {Promise<Box | null>} the part, or null for all of the photo
   */
  async closer(id, part, prompt, previous) {
    const [x0, y0, x1, y1] = part;
    const { width, height } = this.known(id).source;
    const inside = prompt.points.every(([x, y]) => x0 <= x && x < x1 && y0 <= y && y < y1);
    const [left, top, right, bottom] = prompt.box ?? part;
    if (!inside || left < x0 || top < y0 || right > x1 || bottom > y1) return null;
    return previous === null || (await this.sam.ask("liesIn", { size: [height, width], handle: previous, part })) ? part : null;
  }

  /**
   * Draw what a prompt would give, no larger than it is seen; of many that come at once only the latest is answered.
   *
   * @param {string} id
   * @param {Prompt} prompt
   * @param {View} view
   * @param {{ previous?: Handle | null, part?: Box | null }} [more]
   * @returns {Promise<{ mask: Mask, iou: number } | null>} null where a later one overtook it
   */
  preview(id, prompt, view, { previous = null, part = null } = {}) {
    return new Promise((resolve, reject) => {
      this.nextPreview?.resolve(null);
      this.nextPreview = { id, given: { prompt, previous, view }, part, resolve, reject };
      this.previewNext();
    });
  }

  async previewNext() {
    if (this.previewing || this.nextPreview === null) return;
    const { id, given, part, resolve, reject } = this.nextPreview;
    this.nextPreview = null;
    this.previewing = true;
    try {
      resolve(await this.answered(id, "preview", given, part));
    } catch (error) {
      reject(/** @type {WebError} */ (error));
    }
    this.previewing = false;
    this.previewNext();
  }

  /** @param {string} id its embedding goes; the bitmap stays the page's */
  async forget(id) {
    const photo = this.known(id);
    const keys = [id, ...photo.parts.keys()];
    this.photos.delete(id);
    if (photo.classes) this.deepLab.ask("forget", { key: id }).catch(() => {});
    await this.sam.ask("forget", { keys });
  }

  close() {
    this.sam.close();
    this.deepLab.close();
  }
}
