/** DeepLab's word on a click's masks: it looks at the photo behind what else happens, so that no click waits for it. */

/** @import { App, Work } from "./app.js" */

import { WebError } from "../core/words.js";

export class Ranker {
  /** Whether DeepLab could not be had: nobody is bothered with it until it is asked for a name. */
  #isMissed = false;
  /** @type {Set<Work>} whose photos are being looked at */
  #coming = new Set();
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#isMissed = !app.data.semantic.file; // a page may carry none
  }

  /** Begin to look at a photo when there first are masks on it that a class map may rank anew. */
  async follow() {
    const { work } = this.#app;
    if (!work?.session.unranked || this.#isMissed || this.#coming.has(work)) return;
    this.#coming.add(work);
    try {
      const engine = await this.#app.engine();
      if (engine.isLooked(work.id) || (savesData() && !(await engine.keepsDeepLab()))) return;
      await this.look(work, true);
    } catch (error) {
      if (error instanceof WebError) this.#isMissed = true; // without its word the masks stay as SAM's rule has them
    } finally {
      this.#coming.delete(work);
    }
  }

  /**
   * Let DeepLab look at a photo, and rank the present masks if they are a single click's that nobody has picked.
   *
   * @param {Work} work
   * @param {boolean} [quietly] whether nobody waits for it
   */
  async look(work, quietly = false) {
    await (await this.#app.engine()).semantic(work.id, { quietly });
    this.#isMissed = false;
    if ((await work.session.rank()) && work === this.#app.work) this.#app.refresh();
  }
}

/** Whether the browser asks pages to fetch no more than is needed. */
function savesData() {
  return Boolean(/** @type {any} */ (navigator).connection?.saveData);
}
