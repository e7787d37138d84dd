/** A line to a worker: questions go out, what comes back is an answer or one sentence; one that died is started anew. */

import { WebError, tr } from "./core/words.js";

/** @typedef {import("./core/weights.js").Progress} Progress */

export class Line {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: unknown) => void }>} */
  #waiting = new Map();
  #asked = 0;
  /** @type {Promise<void> | null} */
  #starting = null;
  #script;
  #opening;
  #onProgress;

  /**
   * @param {URL} script the worker's
   * @param {() => object} opening what its task "open" is given
   * @param {(progress: Progress) => void} onProgress
   */
  constructor(script, opening, onProgress) {
    this.#script = script;
    this.#opening = opening;
    this.#onProgress = onProgress;
  }

  /**
   * @param {string} task
   * @param {object} given
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  async ask(task, given, transfer = []) {
    await this.start();
    return this.#post(task, given, transfer);
  }

  /** Start a worker where there is none. */
  async start() {
    if (this.#worker === null || this.#starting) await (this.#starting ??= this.#begin().finally(() => (this.#starting = null)));
  }

  async #begin() {
    const name = globalThis.crypto?.randomUUID?.() ?? "";
    const worker = new Worker(this.#script, { type: "module", name });
    this.#worker = worker;
    worker.onmessage = ({ data: { id, result, error, progress, isHeld } }) => {
      if (isHeld) return this.#watch(worker, name);
      if (progress) return this.#onProgress(progress);
      const one = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) one?.reject(new WebError(error.code, error.message));
      else one?.resolve(result);
      if (error?.code === "memory") this.died(); // what is left of its memory is not to be trusted
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      if (this.#worker === worker) this.died();
    };
    try {
      await this.#post("open", this.#opening(), []);
    } catch (error) {
      if (this.#worker === worker) this.close();
      throw error;
    }
  }

  /**
   * Hear of a worker's end: the browser lets its lock go, whatever it ended of.
   *
   * @param {Worker} worker which holds the lock
   * @param {string} name
   */
  #watch(worker, name) {
    navigator.locks.request(name, () => {
      if (this.#worker === worker) this.died();
    });
  }

  /** The worker is gone: who waits is told, and the next question starts another. */
  died() {
    this.close();
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of lost) {
      one.reject(new WebError("worker", tr("What computes the masks had stopped and was started anew; nothing is lost. Please try again.")));
    }
  }

  close() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  /**
   * @param {string} task
   * @param {object} given
   * @param {Transferable[]} transfer
   * @returns {Promise<any>}
   */
  #post(task, given, transfer) {
    return new Promise((resolve, reject) => {
      const id = ++this.#asked;
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.postMessage({ id, task, given }, transfer);
    });
  }
}
