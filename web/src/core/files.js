/** What is taken along: masks, cut-outs, COCO, the photo, as `segwidgets.exports` writes them. */

import { areaOf } from "./regions.js";
import { png } from "./png.js";

/** @typedef {import("./frame.js").Mask} Mask */
/** @typedef {{ number: number, name: string, mask: Mask, iou: number, stability: number }} Finished one object */
/** @typedef {{ name: string, type: string, data: Uint8Array }} File */

const NAME_LETTERS = 60; // a file's name has at most 255 bytes

/**
 * @param {{ number: number, name: string }} object
 * @returns {string} a word for a file's name: number and name
 */
export function stem({ number, name }) {
  const word = Array.from(name).slice(0, NAME_LETTERS).join("").replace(/[^\p{L}\p{N}_-]+/gu, "_").replace(/^_+|_+$/g, "");
  return word ? `${number}_${word}` : `${number}`;
}

/**
 * @param {Finished[]} objects
 * @returns {Promise<File[]>} each mask as a PNG of 0 and 255
 */
export async function masks(objects) {
  return Promise.all(
    objects.map(async (one) => ({
      name: `mask_${stem(one)}.png`,
      type: "image/png",
      data: await png(one.mask.data.map((inside) => inside * 255), one.mask.width, one.mask.height, 1),
    })),
  );
}

/**
 * @param {Finished[]} objects
 * @param {Uint8Array} rgb the photo's pixels
 * @returns {Promise<File[]>} each object as an RGBA PNG, transparent and without colour around it
 */
export async function cutouts(objects, rgb) {
  return Promise.all(
    objects.map(async (one) => {
      const { width, height, data } = one.mask;
      const rgba = new Uint8Array(4 * data.length);
      for (let at = 0; at < data.length; at++) {
        if (!data[at]) continue;
        rgba.set(rgb.subarray(3 * at, 3 * at + 3), 4 * at);
        rgba[4 * at + 3] = 255;
      }
      return { name: `cutout_${stem(one)}.png`, type: "image/png", data: await png(rgba, width, height, 4) };
    }),
  );
}

/**
 * @param {Uint8Array} rgb
 * @param {number} width
 * @param {number} height
 * @param {string} name without an ending
 * @returns {Promise<File>} the very pixels that a session's hash is of
 */
export async function photo(rgb, width, height, name) {
  return { name: `${name}.png`, type: "image/png", data: await png(rgb, width, height, 3) };
}

/**
 * @param {Finished[]} objects
 * @param {number} width
 * @param {number} height
 * @param {string} name of the photo, without an ending
 * @returns {File} COCO's JSON, whose masks are exact
 */
export function coco(objects, width, height, name) {
  const labels = objects.map((one) => one.name || `object_${one.number}`);
  const classes = [...new Set(labels)];
  const annotations = objects.map(({ mask }, i) => ({
    id: i + 1,
    image_id: 1,
    category_id: classes.indexOf(labels[i]) + 1,
    bbox: boxOf(mask),
    area: areaOf(mask),
    iscrowd: 0,
    segmentation: { size: [height, width], counts: counts(mask) },
  }));
  const whole = {
    info: {},
    licenses: [],
    images: [{ id: 1, file_name: `${name}.png`, height, width }],
    annotations,
    categories: classes.map((label, i) => ({ id: i + 1, name: label, supercategory: "" })),
  };
  return { name: `${name}.json`, type: "application/json", data: new TextEncoder().encode(JSON.stringify(whole)) };
}

/** @param {Mask} mask x, y, width and height around it; of an empty one as supervision has it */
function boxOf({ width, height, data }) {
  let [x0, y0, x1, y1] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    y0 = Math.min(y0, y);
    y1 = y;
    x0 = Math.min(x0, first);
    x1 = Math.max(x1, row.lastIndexOf(1));
  }
  return x1 < 0 ? [0, 0, 1, 1] : [x0, y0, x1 - x0 + 1, y1 - y0 + 1];
}

/**
 * COCO's compressed run lengths: column by column, each run but the first three less the one two before it,
 * in groups of five bits.
 *
 * @param {Mask} mask
 * @returns {string}
 */
export function counts({ width, height, data }) {
  /** @type {number[]} */
  const runs = [];
  let value = 0;
  let length = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0, at = x; y < height; y++, at += width) {
      if (data[at] !== value) {
        runs.push(length);
        length = 0;
        value = data[at];
      }
      length++;
    }
  }
  runs.push(length);
  let text = "";
  runs.forEach((run, i) => {
    let rest = i > 2 ? run - runs[i - 2] : run;
    for (let more = true; more; ) {
      let bits = rest & 31;
      rest >>= 5;
      more = bits & 16 ? rest !== -1 : rest !== 0;
      if (more) bits |= 32;
      text += String.fromCharCode(bits + 48);
    }
  });
  return text;
}
