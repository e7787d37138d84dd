/** PNG files to the pixel: a canvas would write colours that it has been through before. */

import { crc32, joined } from "./bytes.js";

/** @typedef {1 | 3 | 4} Channels grey, RGB, RGBA */

const KINDS = { 1: 0, 3: 2, 4: 6 };

/**
 * @param {Uint8Array} pixels row by row
 * @param {number} width
 * @param {number} height
 * @param {Channels} channels
 * @returns {Promise<Uint8Array>} the file
 */
export async function png(pixels, width, height, channels) {
  const stride = width * channels;
  const lines = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    const from = y * stride;
    const to = y * (stride + 1);
    if (channels === 1) {
      lines.set(pixels.subarray(from, from + stride), to + 1);
      continue;
    }
    lines[to] = 1; // each byte less that of the pixel before
    for (let x = 0; x < stride; x++) lines[to + 1 + x] = pixels[from + x] - (x < channels ? 0 : pixels[from + x - channels]);
  }
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, KINDS[channels]], 8);
  return joined([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", head),
    chunk("IDAT", await deflated(lines)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/**
 * @param {string} kind four letters
 * @param {Uint8Array} data
 */
function chunk(kind, data) {
  const made = new Uint8Array(data.length + 12);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) made[4 + i] = kind.charCodeAt(i);
  made.set(data, 8);
  view.setUint32(made.length - 4, crc32(made.subarray(4, -4)));
  return made;
}

/** @param {Uint8Array} bytes */
async function deflated(bytes) {
  const body = /** @type {BlobPart} */ (/** @type {unknown} */ (bytes));
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
