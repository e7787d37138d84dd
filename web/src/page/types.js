/**
 * What the page's modules hand each other.
 *
 * @typedef {[number, number]} Place x and y
 * @typedef {[number, number, number, number]} Box left, top, right, bottom
 * @typedef {[number, number, number]} Rgb 0 to 255
 *
 * A mask as large as what is drawn, a byte for each pixel: 1 is in it.
 * @typedef {{ width: number, height: number, data: Uint8Array }} Mask
 *
 * What is to be drawn: so many pixels of that part of the photo, which is in the photo's pixels.
 * @typedef {{ x0: number, y0: number, x1: number, y1: number, width: number, height: number }} View
 *
 * By what the engine knows a mask.
 * @typedef {import("../core/sam.js").Handle} Handle
 *
 * @typedef {import("../core/session.js").Answer} Answer
 * @typedef {import("../core/session.js").SegmentedObject} Item
 * @typedef {import("../core/session.js").State} State
 * @typedef {import("../core/sam.js").Prompt} Prompt
 *
 * What a hand is: how near a point must be to be meant and how far a click may stray, both in canvas pixels.
 * @typedef {{ grab: number, steady: number, background: boolean, selects: boolean, finger: boolean, time: number }} Hand
 *
 * @typedef {{ name: string, width: number, height: number, bitmap: ImageBitmap, small: ImageBitmap | HTMLCanvasElement, sample: string }} Photo
 */
export {};
