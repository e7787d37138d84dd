/** How large a picture says that it is, read from the beginning of its file: a huge one is refused before it is unpacked. */

/** @typedef {{ width: number, height: number } | null} Size */

/**
 * Return width and height as a PNG, JPEG, GIF, WebP or BMP tells them; null where it is none of these, or does not tell.
 *
 * @param {Uint8Array} head the file's first bytes
 * @returns {Size}
 */
export function sizeOf(head) {
  const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const text = (/** @type {number} */ at, /** @type {number} */ count) => String.fromCharCode(...head.subarray(at, at + count));
  try {
    if (text(1, 3) === "PNG") return { width: data.getUint32(16), height: data.getUint32(20) };
    if (text(0, 3) === "GIF") return { width: data.getUint16(6, true), height: data.getUint16(8, true) };
    if (text(0, 2) === "BM") return { width: Math.abs(data.getInt32(18, true)), height: Math.abs(data.getInt32(22, true)) };
    if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return webp(data, text(12, 4));
    if (data.getUint16(0) === 0xffd8) return jpeg(data);
  } catch {} // it ends too early
  return null;
}

/**
 * https://developers.google.com/speed/webp/docs/riff_container
 *
 * @param {DataView} data
 * @param {string} kind
 * @returns {Size}
 */
function webp(data, kind) {
  const three = (/** @type {number} */ at) => data.getUint16(at, true) | (data.getUint8(at + 2) << 16);
  if (kind === "VP8X") return { width: three(24) + 1, height: three(27) + 1 };
  if (kind === "VP8 ") return { width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff };
  if (kind !== "VP8L") return null;
  const bits = data.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}

/**
 * ITU-T T.81, annex B: segments follow each other up to a frame's header, which has the size.
 *
 * @param {DataView} data
 * @returns {Size}
 */
function jpeg(data) {
  for (let at = 2; at + 9 < data.byteLength; ) {
    if (data.getUint8(at) !== 0xff) return null;
    const marker = data.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // filling
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: data.getUint16(at + 7), height: data.getUint16(at + 5) };
    at += 2 + data.getUint16(at + 2);
  }
  return null;
}
