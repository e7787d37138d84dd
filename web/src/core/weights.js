/**
 * The files that a page needs, with their progress in bytes, each held against its SHA-256 before anything uses it.
 *
 * What was right once is kept in the browser's Cache storage; what is damaged there is thrown away and fetched anew.
 */

import { sha256 } from "./sha256.js";
import { WebError, tr } from "./words.js";

/** @typedef {{ path: string, sha256: string, size: number }} File */
/** @typedef {{ what: string, done: number, total: number }} Progress bytes */

const KEPT = "segwidgets-files";

export class Weights {
  /**
   * @param {string} base address that the paths are beneath
   * @param {(progress: Progress) => void} onProgress
   */
  constructor(base, onProgress = () => {}) {
    this.base = base;
    this.onProgress = onProgress;
    this.total = 0;
    this.done = 0;
  }

  /**
   * @param {Record<string, File>} files by what they are
   * @returns {Promise<Record<string, Uint8Array>>} what they hold
   * @throws {WebError} "network" or "damaged"
   */
  async fetch(files) {
    const entries = Object.entries(files);
    this.total += entries.reduce((sum, [, file]) => sum + file.size, 0);
    const read = await Promise.all(entries.map(async ([what, file]) => [what, await this.one(what, file)]));
    return Object.fromEntries(read);
  }

  /**
   * @param {Record<string, File>} files
   * @returns {Promise<boolean>} whether all of them are kept in this browser
   */
  async areKept(files) {
    const cache = await opened();
    const found = await Promise.all(Object.values(files).map((file) => cache?.match(this.keyOf(file))));
    return found.every(Boolean);
  }

  /** @param {File} file */
  keyOf({ path, sha256: digest }) {
    return `${new URL(path, this.base).href}?${digest}`;
  }

  /**
   * @param {string} what
   * @param {File} file
   * @returns {Promise<Uint8Array>}
   */
  async one(what, file) {
    const address = new URL(file.path, this.base).href;
    const cache = await opened();
    const key = this.keyOf(file);
    const kept = await cache?.match(key);
    if (kept) {
      const bytes = new Uint8Array(await kept.arrayBuffer());
      if (await isRight(bytes, file)) {
        this.tell(what, file.size);
        return bytes;
      }
      await cache?.delete(key);
    }
    const bytes = await this.download(what, address, file);
    if (!(await isRight(bytes, file))) {
      throw new WebError(
        "damaged",
        tr("The file {name} arrived damaged and was thrown away. Load the page again to fetch it anew.", { name: file.path }),
      );
    }
    try {
      await cache?.put(key, new Response(/** @type {BodyInit} */ (/** @type {unknown} */ (bytes))));
    } catch {
      // no room, or none wanted: it is fetched again the next time
    }
    return bytes;
  }

  /**
   * @param {string} what
   * @param {string} address
   * @param {File} file
   */
  async download(what, address, file) {
    const failed = () =>
      new WebError(
        "network",
        tr("The file {name} cannot be fetched. Look whether the network is there, and load the page again.", { name: file.path }),
      );
    let response;
    try {
      response = await fetch(address);
    } catch {
      throw failed();
    }
    if (!response.ok || response.body === null) throw failed();
    const bytes = new Uint8Array(file.size);
    const reader = response.body.getReader();
    let at = 0;
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw failed();
      });
      if (done) break;
      if (at + value.length > file.size) return new Uint8Array(0); // longer than it should be: damaged
      bytes.set(value, at);
      at += value.length;
      this.tell(what, value.length);
    }
    return at === file.size ? bytes : new Uint8Array(0);
  }

  /**
   * @param {string} what
   * @param {number} bytes more
   */
  tell(what, bytes) {
    this.done += bytes;
    this.onProgress({ what, done: this.done, total: this.total });
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {File} file
 */
async function isRight(bytes, file) {
  return bytes.length === file.size && (await sha256(bytes)) === file.sha256;
}

/** @returns {Promise<Cache | undefined>} where files are kept, or nothing: not every browser lets a page keep any */
async function opened() {
  try {
    return await caches.open(KEPT);
  } catch {
    return undefined;
  }
}
