/** What the page says: a message or an error, how far a download is, what to do next, and what screen readers hear. */

import { button, h } from "./dom.js";
import { decimal, tr } from "../core/words.js";

const MOMENT_MS = 200; // work that takes longer is seen to be done

export class Status {
  #text = h("span");
  #more = h("span", { class: "message-more" });
  #message = h("div", { class: "message", role: "status" }, this.#text, this.#more);
  #alert = h("div", { class: "message error", role: "alert" });
  #spoken = h("div", { class: "spoken", role: "status" });
  #hint = h("p", { class: "hint" });
  #work = h("div", { class: "working", hidden: true }, h("span", { class: "ring" }), h("span"));
  #look = h("div", { class: "look", hidden: true });
  #bar = h("progress", { max: "1", value: "0" });
  #barText = h("span");
  #progress = h("div", { class: "progress", hidden: true }, this.#barText, this.#bar);
  #atWork = 0;
  #since = 0; // when the download began

  constructor() {
    /** What is said beneath the photo. */
    this.element = h("div", { class: "status" }, this.#progress, this.#message, this.#alert, this.#hint, this.#spoken);
    this.say("");
  }

  /** What lies over the photo: that an answer is worked on, and that what is zoomed in on is looked at closer. */
  get overPhoto() {
    return [this.#work, this.#look];
  }

  /** @param {"" | "looking" | "sharp"} how what is zoomed in on is looked at */
  showLook(how) {
    this.#look.textContent = how && (how === "sharp" ? tr("sharp here") : tr("looking closer…"));
    this.#look.hidden = !how;
  }

  /**
   * Show a message, or with an empty text take it away, and an error with it.
   *
   * @param {string} text
   * @param {...Node} more what can be done about it
   */
  say(text, ...more) {
    this.#alert.replaceChildren();
    this.#text.textContent = text;
    this.#more.replaceChildren(...more);
    this.#message.classList.toggle("off", !text);
    this.#alert.classList.add("off");
  }

  /**
   * Say what went wrong.
   *
   * @param {unknown} error
   * @param {{ label: string, run: () => void }} [cure] what its button does
   */
  showError(error, cure) {
    const text = error instanceof Error && error.message ? error.message : String(error);
    this.say("");
    this.#alert.classList.remove("off");
    this.#alert.replaceChildren(h("span", {}, text));
    if (cure) this.#alert.append(button({ label: cure.label, help: cure.label, run: cure.run, look: "plain" }));
  }

  /**
   * Let screen readers say something.
   *
   * @param {string} text
   */
  speak(text) {
    if (this.#spoken.textContent !== text) this.#spoken.textContent = text;
  }

  /**
   * Say what to do next.
   *
   * @param {string} text
   */
  hint(text) {
    this.#hint.textContent = text;
  }

  /**
   * Show that there is work going on, if it takes more than a moment.
   *
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  async whileWorking(work) {
    this.#atWork += 1;
    const timer = setTimeout(() => {
      /** @type {HTMLElement} */ (this.#work.lastChild).textContent = tr("Working…");
      this.#work.hidden = false;
    }, MOMENT_MS);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.#atWork -= 1;
      if (!this.#atWork) this.#work.hidden = true;
    }
  }

  /**
   * Show how many bytes of the model have come.
   *
   * @param {number} done
   * @param {number} total
   */
  showProgress(done, total) {
    this.#since ||= performance.now();
    if (performance.now() - this.#since < MOMENT_MS) return; // what is kept comes at once
    const megabytes = (/** @type {number} */ bytes) => decimal(bytes / 1e6, 1);
    const text = tr("The model is on its way: {done} of {total} MB. It is kept for the next time.", { done: megabytes(done), total: megabytes(total) });
    this.#bar.max = Math.max(total, 1);
    this.#bar.value = done;
    this.#bar.setAttribute("aria-label", tr("The model is on its way"));
    this.#barText.textContent = text;
    this.#progress.hidden = false;
  }

  endProgress() {
    this.#since = 0;
    this.#progress.hidden = true;
  }
}
