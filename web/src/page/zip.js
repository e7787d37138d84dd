/** Several files in one: a zip whose files are stored as they are (PNGs would not become smaller). */

import { crc32, joined } from "../core/bytes.js";

/**
 * Pack files as PKWARE's APPNOTE 6.3 says, names in UTF-8, without compression.
 *
 * @param {{ name: string, data: ArrayBuffer | Uint8Array | string }[]} files
 * @returns {Uint8Array}
 */
export function zipped(files) {
  const text = new TextEncoder();
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let offset = 0;
  for (const { name, data } of files) {
    const bytes = typeof data === "string" ? text.encode(data) : new Uint8Array(data);
    const title = text.encode(name);
    const about = numbers([20, 0x0800, 0, 0, 0x21], [crc32(bytes), bytes.length, bytes.length], [title.length, 0]); // 1 January 1980
    parts.push(numbers([], [0x04034b50], []), about, title, bytes);
    directory.push(numbers([], [0x02014b50], [20]), about, numbers([0, 0, 0], [0, offset], []), title);
    offset += 4 + about.length + title.length + bytes.length;
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  const end = numbers([], [0x06054b50], [0, 0, files.length, files.length]);
  return joined([...parts, ...directory, end, numbers([], [size, offset], [0])]);
}

/**
 * @param {number[]} before of two bytes, the lowest first
 * @param {number[]} between of four
 * @param {number[]} after of two
 */
function numbers(before, between, after) {
  const made = new DataView(new ArrayBuffer(2 * before.length + 4 * between.length + 2 * after.length));
  let at = 0;
  for (const one of before) made.setUint16((at += 2) - 2, one, true);
  for (const one of between) made.setUint32((at += 4) - 4, one, true);
  for (const one of after) made.setUint16((at += 2) - 2, one, true);
  return new Uint8Array(made.buffer);
}
