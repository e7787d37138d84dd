/** The worker's end of a line, see `line.js`: tasks are carried out, errors told in one sentence; and the pixels of photos. */

import { WebError, tr } from "./core/words.js";

/** @typedef {import("./core/frame.js").Box} Box */

/**
 * A photo: the page's bitmap, or the address of a sample's file, and what is known of it.
 *
 * @typedef {{ width: number, height: number, bitmap: ImageBitmap | null, path: string | null, embedding: import("./core/weights.js").File | null }} Source
 */

/** @type {ImageBitmapOptions} */
const AS_IT_IS = { colorSpaceConversion: "none", premultiplyAlpha: "none" };

/**
 * Answer what comes over the line.
 *
 * @param {Record<string, (given: any) => Promise<unknown>>} tasks
 * @param {(result: any) => Transferable[]} [transferable] what goes over and is not copied
 */
export function serve(tasks, transferable = () => []) {
  const isHeld = hold();
  self.onmessage = async ({ data: { id, task, given } }) => {
    await isHeld;
    try {
      const result = await tasks[task](given);
      self.postMessage({ id, result }, /** @type {any} */ (transferable(result)));
    } catch (error) {
      self.postMessage({ id, error: described(error) });
    }
  };
}

/**
 * Hold a lock for as long as this worker lives: so the page hears of its end, whatever it ended of.
 *
 * @returns {Promise<void>} resolves when it is held, or where the browser has none
 */
function hold() {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve();
    const keep = () => {
      self.postMessage({ isHeld: true });
      resolve();
      return new Promise(() => {});
    };
    navigator.locks.request(self.name, keep).catch(() => resolve());
  });
}

/**
 * @param {unknown} error
 * @returns {{ code: string, message: string }}
 */
function described(error) {
  if (error instanceof WebError) return { code: error.code, message: error.message };
  const said = String(error instanceof Error ? error.message : error);
  if (/memory|alloc|\bOOM\b|abort/i.test(said) || error instanceof RangeError) {
    return { code: "memory", message: tr("There was not enough memory for that. Close other pages, or take a smaller photo.") };
  }
  return { code: "failed", message: tr("The network failed on this photo. Please try again. ({details})", { details: said }) };
}

/**
 * @param {Source} photo
 * @param {Box} [box] the part that is wanted; all by default
 * @returns {Promise<ImageData>}
 */
export async function pixelsOf({ width, height, bitmap, path }, [x0, y0, x1, y1] = [0, 0, width, height]) {
  const source = bitmap ?? (await createImageBitmap(await (await fetch(path ?? "")).blob(), AS_IT_IS));
  const canvas = new OffscreenCanvas(x1 - x0, y1 - y0);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.fillStyle = "#fff"; // transparency is laid on white, as `load_image` does
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, -x0, -y0);
  source.close();
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  canvas.width = canvas.height = 0; // its memory goes now, not when somebody collects it
  return pixels;
}

/**
 * onnxruntime-web out of its verified module; once a first session stands, `wasmBinary` may go.
 *
 * @param {string} base
 * @param {{ script: string, glue: string }} where
 * @param {Uint8Array} wasm
 * @param {number} threads
 * @returns {Promise<import("./core/sam.js").Ort>}
 */
export async function runtime(base, { script, glue }, wasm, threads) {
  const ort = await import(new URL(script, base).href);
  ort.env.wasm.wasmBinary = wasm.buffer;
  ort.env.wasm.wasmPaths = { mjs: new URL(glue, base).href };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  return ort;
}
