/** Photos in: from a file, refused in one sentence where they cannot be shown. */

/** @import { Photo } from "./types.js" */

import { sizeOf } from "./headers.js";
import { tr, WebError } from "../core/words.js";

export const MOST_PIXELS = 50_000_000; // as much as a phone's camera takes; more would not fit into a tab's memory
const LEAST_SIDE = 16; // as in segwidgets.images
const SMALL_SIDE = 2048; // of the copy that is drawn while the view moves

/**
 * Read a photo; turned upright, with the very values that are in the file.
 *
 * @param {Blob} blob
 * @param {string} name
 * @param {string} [sample] whose photo it is
 * @returns {Promise<Photo>}
 */
export async function readPhoto(blob, name, sample = "") {
  if (!blob.size) throw new WebError("empty", tr("{name} is empty: there is no photo in it.", { name }));
  const head = new Uint8Array(await blob.slice(0, 1 << 20).arrayBuffer());
  const size = sizeOf(head);
  if (size) checkSize(size.width, size.height, name);
  let bitmap;
  try {
    bitmap = await unpacked(blob);
  } catch {
    const text = size
      ? tr("{name} is damaged, or this browser cannot read it: save it as JPEG or PNG.", { name })
      : tr("{name} is no photo that this browser can read: take a JPEG, PNG or WebP.", { name });
    throw new WebError("unreadable", text);
  }
  checkSize(bitmap.width, bitmap.height, name);
  return { name, width: bitmap.width, height: bitmap.height, bitmap, small: shrunk(bitmap), sample };
}

/** @param {Blob} blob */
async function unpacked(blob) {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image", colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return createImageBitmap(blob); // an older browser, which knows other words for it
  }
}

/**
 * @param {number} width
 * @param {number} height
 * @param {string} name
 */
function checkSize(width, height, name) {
  if (width * height > MOST_PIXELS) {
    const values = { name, megapixels: Math.round((width * height) / 1e6), most: MOST_PIXELS / 1e6 };
    throw new WebError("large", tr("{name} has {megapixels} megapixels, more than the {most} that fit into a page: make it smaller first.", values));
  }
  if (Math.min(width, height) < LEAST_SIDE) {
    throw new WebError("small", tr("{name} has {width} by {height} pixels: each side needs at least {least}.", { name, width, height, least: LEAST_SIDE }));
  }
}

/**
 * @param {ImageBitmap} bitmap
 * @returns {ImageBitmap | HTMLCanvasElement}
 */
function shrunk(bitmap) {
  const scale = SMALL_SIDE / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return bitmap;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const to = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  to.imageSmoothingQuality = "high";
  to.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
