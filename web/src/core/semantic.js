/** DeepLab's class of every pixel: `segwidgets/semantic.py` and `segwidgets/models/deeplab`. */

import { taps } from "./frame.js";
import { resized } from "./pixels.js";
import { areaOf, borderContact, pieces } from "./regions.js";

/** @typedef {import("./frame.js").Mask} Mask */
/** @typedef {import("./frame.js").Box} Box */
/** @typedef {import("./pixels.js").Rgba} Rgba */
/** @typedef {import("./choice.js").ClassUnderClick} ClassUnderClick */
/** @typedef {{ width: number, height: number, data: Uint8Array }} ClassMap the number of a class for each pixel; 0 is the background */
/** @typedef {{ side: number, grid: number, half: number, classes: string[] }} SemanticData pixels of the square, cells of its logits, 127.5, names */

export class DeepLab {
  /**
   * @param {import("./sam.js").Ort} ort
   * @param {import("./sam.js").Session} session
   * @param {SemanticData} data
   */
  constructor(ort, session, data) {
    this.ort = ort;
    this.session = session;
    this.data = data;
  }

  /**
   * @param {Rgba} photo
   * @returns {Promise<ClassMap>} at the photo's own size
   */
  async look(photo) {
    const { side, grid, half, classes } = this.data;
    const scale = side / Math.max(photo.height, photo.width);
    const fit = (/** @type {number} */ length) => Math.max(1, Math.floor(length * scale + 0.5));
    const [height, width] = [fit(photo.height), fit(photo.width)];
    const rgb = resized(photo, [height, width]);
    const pixels = new Float32Array(3 * side * side);
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < height; y++) {
        let to = (channel * side + y) * side;
        for (let from = y * width * 3 + channel, end = (y + 1) * width * 3; from < end; from += 3) {
          pixels[to++] = Math.fround(rgb[from] / half) - 1;
        }
      }
    }
    const down = new Float32Array(height * grid);
    const across = new Float32Array(grid * width);
    const weight = (/** @type {number} */ place, /** @type {number} */ cell) =>
      Math.max(0, 1 - Math.abs(place * ((grid - 1) / (side - 1)) - cell));
    for (let cell = 0; cell < grid; cell++) {
      for (let y = 0; y < height; y++) down[y * grid + cell] = weight(y, cell);
      for (let x = 0; x < width; x++) across[cell * width + x] = weight(x, cell);
    }
    const { Tensor } = this.ort;
    const { logits } = await this.session.run({
      pixels: new Tensor("float32", pixels, [1, 3, side, side]),
      down: new Tensor("float32", down, [height, grid]),
      across: new Tensor("float32", across, [grid, width]),
    });
    return classMap(logits.data, classes.length, [height, width], photo);
  }
}

/**
 * The class whose logits are highest, of those that are highest anywhere at the network's own scale.
 *
 * @param {Float32Array} logits (classes, h, w)
 * @param {number} count of the classes
 * @param {[number, number]} size h and w
 * @param {{ width: number, height: number }} photo
 * @returns {ClassMap}
 */
export function classMap(logits, count, [rows, columns], { width, height }) {
  const plane = rows * columns;
  const wins = new Set();
  for (let at = 0; at < plane; at++) {
    let most = 0;
    for (let one = 1; one < count; one++) if (logits[one * plane + at] > logits[most * plane + at]) most = one;
    wins.add(most);
  }
  const present = [...wins].sort((a, b) => a - b);
  const data = new Uint8Array(width * height);
  const down = taps(rows, height);
  const across = taps(columns, width);
  const highest = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const upper = down.from[y] * columns;
    const lower = Math.min(down.from[y] + 1, rows - 1) * columns;
    const share = down.share[y];
    const keep = Math.fround(1 - share);
    const row = data.subarray(y * width, (y + 1) * width);
    highest.fill(-Infinity);
    for (const one of present) {
      const start = one * plane;
      for (let x = 0; x < width; x++) {
        const left = start + across.from[x];
        const right = start + Math.min(across.from[x] + 1, columns - 1);
        const by = across.share[x];
        const stay = Math.fround(1 - by);
        const above = Math.fround(logits[upper + left] * stay + logits[upper + right] * by);
        const below = Math.fround(logits[lower + left] * stay + logits[lower + right] * by);
        const value = Math.fround(above * keep + below * share);
        if (value > highest[x]) {
          highest[x] = value;
          row[x] = one;
        }
      }
    }
  }
  return { width, height, data };
}

/**
 * @param {ClassMap} map
 * @param {number} x in pixels of the photo
 * @param {number} y
 * @returns {{ index: number, region: Mask }} the class at a point, and its connected region there
 */
export function regionAt({ width, height, data }, x, y) {
  const [column, row] = [Math.min(Math.floor(x), width - 1), Math.min(Math.floor(y), height - 1)];
  const index = data[row * width + column];
  const same = { width, height, data: new Uint8Array(data.length) };
  for (let at = 0; at < data.length; at++) same.data[at] = Number(data[at] === index);
  const { rows, starts, ends, labels } = pieces(same, 1, 1);
  let wanted = -1;
  for (let run = 0; run < labels.length; run++) {
    if (rows[run] === row && starts[run] <= column && column < ends[run]) wanted = labels[run];
  }
  const region = new Uint8Array(data.length);
  for (let run = 0; run < labels.length; run++) {
    if (labels[run] === wanted) region.fill(1, rows[run] * width + starts[run], rows[run] * width + ends[run]);
  }
  return { index, region: { width, height, data: region } };
}

/**
 * What a class map sees where a single click went: `Candidates.with_semantic`.
 *
 * @param {ClassMap} map
 * @param {string[]} classes
 * @param {[number, number]} point
 * @param {number} count of the masks
 * @param {(index: number) => Mask} maskOf a mask of its own, which is written to
 * @param {Box | null} view whose rim counts
 * @returns {ClassUnderClick}
 */
export function underClick(map, classes, [x, y], count, maskOf, view) {
  const { index, region } = regionAt(map, x, y);
  const zeros = Array.from({ length: count }, () => 0);
  if (index === 0) return { name: null, iou: zeros, border: zeros };
  const regionArea = areaOf(region);
  const found = zeros.map((_, i) => {
    const mask = maskOf(i);
    const area = areaOf(mask);
    for (let at = 0; at < region.data.length; at++) mask.data[at] &= region.data[at]; // what both have
    const both = areaOf(mask);
    const either = area + regionArea - both;
    return { iou: either ? both / either : 1, border: borderContact(view ? cropped(mask, view) : mask) };
  });
  return { name: classes[index], iou: found.map((one) => one.iou), border: found.map((one) => one.border) };
}

/**
 * @param {Mask} mask
 * @param {Box} box
 * @returns {Mask}
 */
function cropped({ width, data }, [x0, y0, x1, y1]) {
  const part = new Uint8Array((x1 - x0) * (y1 - y0));
  for (let y = y0; y < y1; y++) part.set(data.subarray(y * width + x0, y * width + x1), (y - y0) * (x1 - x0));
  return { width: x1 - x0, height: y1 - y0, data: part };
}

/**
 * @param {ClassMap} map
 * @param {number} count of the classes
 * @param {Mask | null} mask of which it is asked; null is all of the photo
 * @returns {number[]} pixels of each class
 */
export function classPixels({ data }, count, mask = null) {
  const pixels = Array.from({ length: count }, () => 0);
  for (let at = 0; at < data.length; at++) if (mask === null || mask.data[at]) pixels[data[at]]++;
  return pixels;
}
