/** What is counted on a mask: `segwidgets/masks/regions.py`, and what of `cleaning.py` a diagnosis needs. */

/** @typedef {import("./frame.js").Mask} Mask */
/** @typedef {{ rows: Int32Array, starts: Int32Array, ends: Int32Array, labels: Int32Array, areas: number[], outside: boolean[] }} Pieces
 * runs of pixels in the order of reading, the piece of each; pixels of each piece, and whether it reaches the photo's rim */

/** @param {Mask} mask */
export function areaOf({ data }) {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum;
}

/**
 * @param {Mask} mask
 * @returns {number} the share of the photo's rim that the mask covers
 */
export function borderContact({ width, height, data }) {
  let covered = 0;
  for (let x = 0; x < width; x++) {
    covered += data[x];
    if (height > 1) covered += data[(height - 1) * width + x];
  }
  for (let y = 1; y < height - 1; y++) {
    covered += data[y * width];
    if (width > 1) covered += data[y * width + width - 1];
  }
  return covered / (width * Math.min(height, 2) + Math.max(height - 2, 0) * Math.min(width, 2));
}

/**
 * Find what hangs together, by runs of pixels and not by pixels.
 *
 * @param {Mask} mask
 * @param {number} value of the pixels that are meant: 1 the mask, 0 what is beside it
 * @param {number} reach 1 where corners join, too, and 0 where only edges do
 * @returns {Pieces}
 */
export function pieces({ width, height, data }, value, reach) {
  /** @type {number[]} */
  const rows = [];
  /** @type {number[]} */
  const starts = [];
  /** @type {number[]} */
  const ends = [];
  /** @type {number[]} */
  const parents = [];
  const rootOf = (/** @type {number} */ at) => {
    while (parents[at] !== at) at = parents[at] = parents[parents[at]];
    return at;
  };
  let above = 0; // the first run of the row above
  for (let y = 0; y < height; y++) {
    const first = starts.length;
    let upper = above;
    const row = data.subarray(y * width, (y + 1) * width);
    for (let x = row.indexOf(value); x >= 0 && x < width; ) {
      const next = row.indexOf(1 - value, x);
      const end = next < 0 ? width : next;
      const run = starts.length;
      rows.push(y);
      starts.push(x);
      ends.push(end);
      parents.push(run);
      while (upper < first && ends[upper] + reach <= x) upper++;
      for (let k = upper; k < first && starts[k] < end + reach; k++) {
        const [one, other] = [rootOf(k), rootOf(run)];
        if (one !== other) parents[Math.max(one, other)] = Math.min(one, other);
      }
      x = end >= width ? -1 : row.indexOf(value, end);
    }
    above = first;
  }
  const labels = new Int32Array(starts.length);
  /** @type {number[]} */
  const areas = [];
  /** @type {boolean[]} */
  const outside = [];
  for (let run = 0; run < starts.length; run++) {
    const root = rootOf(run);
    const label = root === run ? areas.push(0) - 1 : labels[root];
    labels[run] = label;
    areas[label] += ends[run] - starts[run];
    outside[label] ||= rows[run] === 0 || rows[run] === height - 1 || starts[run] === 0 || ends[run] === width;
  }
  return { rows: Int32Array.from(rows), starts: Int32Array.from(starts), ends: Int32Array.from(ends), labels, areas, outside };
}

/**
 * @param {Mask} mask
 * @returns {number[]} pixels of each hole, the largest first
 */
export function holeAreas(mask) {
  const { areas, outside } = pieces(mask, 0, 0);
  return areas.filter((_, label) => !outside[label]).sort((a, b) => b - a);
}

/**
 * @param {Mask} mask
 * @returns {number[]} pixels of each piece, the largest first
 */
export function pieceAreas(mask) {
  return pieces(mask, 1, 1).areas.sort((a, b) => b - a);
}

/**
 * Fill all holes, and leave the largest piece alone: `clean(mask, min_island_share=1)`.
 *
 * @param {Mask} mask
 * @returns {Mask} a copy
 */
export function solid(mask) {
  const { width, height } = mask;
  const filled = { width, height, data: mask.data.slice() };
  const beside = pieces(mask, 0, 0);
  write(filled, beside, 1, (label) => !beside.outside[label]);
  const parts = pieces(filled, 1, 1);
  const largest = parts.areas.reduce((most, area) => Math.max(most, area), 0);
  write(filled, parts, 0, (label) => parts.areas[label] < largest);
  return filled;
}

/**
 * @param {Mask} mask written into
 * @param {Pieces} parts
 * @param {number} value
 * @param {(label: number) => boolean} wanted
 */
function write({ width, data }, { rows, starts, ends, labels }, value, wanted) {
  for (let run = 0; run < labels.length; run++) {
    if (wanted(labels[run])) data.fill(value, rows[run] * width + starts[run], rows[run] * width + ends[run]);
  }
}

/**
 * The median of a mask in a square window; beyond the photo its outermost pixels go on.
 *
 * @param {Mask} mask
 * @param {number} radius
 * @returns {Mask}
 */
export function majority({ width, height, data }, radius) {
  const made = new Uint8Array(data.length);
  const columns = new Int32Array(width); // of the window's rows
  const row = (/** @type {number} */ y) => Math.min(Math.max(y, 0), height - 1) * width;
  for (let y = -radius; y <= radius; y++) for (let x = 0, at = row(y); x < width; x++) columns[x] += data[at + x];
  const side = 2 * radius + 1;
  const half = side * side;
  const column = (/** @type {number} */ x) => columns[Math.min(Math.max(x, 0), width - 1)];
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = -radius; x <= radius; x++) sum += column(x);
    for (let x = 0, at = y * width; x < width; x++, at++) {
      made[at] = Number(2 * sum > half);
      sum += column(x + radius + 1) - column(x - radius);
    }
    const [leaves, comes] = [row(y - radius), row(y + radius + 1)];
    for (let x = 0; x < width; x++) columns[x] += data[comes + x] - data[leaves + x];
  }
  return { width, height, data: made };
}

const CROFTON = new Float64Array(16); // what a window of 2 x 2 pixels adds to the perimeter
for (const [cases, value] of /** @type {[number[], number][]} */ ([
  [[1, 5], (Math.PI / 4) * (1 + 1 / Math.sqrt(2))],
  [[2, 7, 10, 11], Math.PI / (4 * Math.sqrt(2))],
  [[3], Math.PI / (2 * Math.sqrt(2))],
  [[8, 12], Math.PI / 4],
  [[9, 13], Math.PI / 2],
])) {
  for (const one of cases) CROFTON[one] = value;
}

/**
 * @param {Mask} mask
 * @returns {number} the contour's length in pixels, holes and the photo's border included, by Crofton's formula
 */
export function perimeter({ width, height, data }) {
  const counts = new Float64Array(16);
  const at = (/** @type {number} */ y, /** @type {number} */ x) =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : data[y * width + x];
  for (let y = 0; y <= height; y++) {
    let left = 0; // the window's left column: lower left * 4 + upper left * 8
    for (let x = 0; x <= width; x++) {
      const right = at(y, x) + 2 * at(y - 1, x);
      counts[right + 4 * left]++;
      left = right;
    }
  }
  counts[0] = counts[15] = 0;
  return counts.reduce((sum, count, window) => sum + count * CROFTON[window], 0);
}
