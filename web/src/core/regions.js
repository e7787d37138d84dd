/** What is counted on a mask: `segwidgets/masks/regions.py`. */

/** @typedef {import("./frame.js").Mask} Mask */
/** @typedef {import("./frame.js").Box} Box */

/** @param {Mask} mask */
export function areaOf({ data }) {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum;
}

/**
 * @param {Mask} mask
 * @param {Box | null} view the part whose rim it is; null is all
 * @returns {number} the share of the rim that the mask covers
 */
export function borderContact({ width, height, data }, view = null) {
  const [x0, y0, x1, y1] = view ?? [0, 0, width, height];
  let covered = 0;
  for (let x = x0; x < x1; x++) {
    covered += data[y0 * width + x];
    if (y1 - y0 > 1) covered += data[(y1 - 1) * width + x];
  }
  for (let y = y0 + 1; y < y1 - 1; y++) {
    covered += data[y * width + x1 - 1];
    if (x1 - x0 > 1) covered += data[y * width + x0];
  }
  const around = (x1 - x0) * Math.min(y1 - y0, 2) + Math.max(y1 - y0 - 2, 0) * Math.min(x1 - x0, 2);
  return covered / around;
}

/**
 * @param {Mask} mask
 * @param {Box} view
 * @returns {boolean} whether the mask reaches the view's rim where the photo goes on
 */
export function reachesRim({ width, height, data }, [x0, y0, x1, y1]) {
  for (let x = x0; x < x1; x++) {
    if (y0 > 0 && data[y0 * width + x]) return true;
    if (y1 < height && data[(y1 - 1) * width + x]) return true;
  }
  for (let y = y0; y < y1; y++) {
    if (x0 > 0 && data[y * width + x0]) return true;
    if (x1 < width && data[y * width + x1 - 1]) return true;
  }
  return false;
}
