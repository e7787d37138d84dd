/**
 * Segment Anything in three graphs: a photo to an embedding, a prompt to masks, a mask to what the decoder takes of it.
 *
 * As `segwidgets/models/mobile_sam/onnx_sam.py` and `Segmenter.predict`; no word of any page in here.
 */

import { Frame } from "./frame.js";
import { planes, resized } from "./pixels.js";

/** @typedef {import("./frame.js").Mask} Mask */
/** @typedef {import("./frame.js").Box} Box */
/** @typedef {import("./frame.js").View} View */
/** @typedef {import("./frame.js").Square} Square */
/** @typedef {import("./pixels.js").Rgba} Rgba */
/** @typedef {{ points: [number, number][], labels: number[], box: [number, number, number, number] | null }} Prompt in pixels of the photo */
/** @typedef {{ tokens: Float32Array, frame: Frame }} Embedding */
/**
 * One mask as the network gave it: what the next prompt goes on from, and what is drawn, measured and taken along.
 *
 * @typedef {{ logits: Float32Array, view: Box | null, iou: number, stability: number, cutOff: boolean }} Handle
 */

/** @typedef {{ logits: Float32Array[], iou: number[] }} Answers */

/**
 * @typedef {object} SamData what data.json says of the network
 * @property {Square} square
 * @property {number} channels of the embedding
 * @property {number[]} mean
 * @property {number[]} std
 * @property {number} stride pixels of the input to a line of the first stage
 * @property {number} border lines of the first stage that the far border reaches
 * @property {number} reach lines behind the photo that it reaches
 * @property {number} threshold logits above it are mask
 * @property {number} stability by how much the threshold moves
 */

/**
 * @typedef {object} Ort what is used of onnxruntime-web
 * @property {new (type: string, data: Float32Array | BigInt64Array, dims: number[]) => unknown} Tensor
 * @property {{ create: (model: Uint8Array, options: object) => Promise<Session> }} InferenceSession
 * @property {{ wasm: Record<string, unknown>, logLevel?: string }} env
 */

/** @typedef {{ run: (feeds: Record<string, unknown>) => Promise<Record<string, { data: Float32Array, dims: number[], dispose?: () => void }>>, release?: () => Promise<void> }} Session */

/** @param {Prompt} prompt */
export function isSingleClick(prompt) {
  return prompt.box === null && prompt.labels.length === 1 && prompt.labels[0] === 1;
}

export class Sam {
  /**
   * @param {Ort} ort
   * @param {{ encoder: Session, decoder: Session, mask: Session }} sessions
   * @param {SamData} data
   */
  constructor(ort, sessions, data) {
    this.ort = ort;
    this.sessions = sessions;
    this.data = data;
  }

  /**
   * @param {import("./frame.js").Size} photoSize
   * @param {Box | null} view
   */
  frame(photoSize, view = null) {
    return new Frame(photoSize, this.data.square, view);
  }

  /**
   * @param {Rgba} photo what is seen of it
   * @param {Frame} frame how that lies in the input
   * @returns {Record<string, unknown>} what the encoder takes
   */
  feed(photo, frame) {
    const size = frame.placedSize;
    const down = this.shortened(size[0]);
    const across = this.shortened(size[1]);
    const pixels = planes(resized(photo, size), size, [down.size, across.size], this.data.mean, this.data.std);
    return {
      pixels: new this.ort.Tensor("float32", pixels, [1, 3, down.size, across.size]),
      rows: new this.ort.Tensor("int64", down.index, [down.index.length]),
      columns: new this.ort.Tensor("int64", across.index, [across.index.length]),
    };
  }

  /**
   * How little of the padding the first stage has to see: `shortened` of `onnx_encoder.py`.
   *
   * @param {number} length pixels of the photo on this axis of the input
   */
  shortened(length) {
    const { stride, border, reach, square } = this.data;
    const lines = square.side / stride;
    const computed = Math.min(lines, Math.ceil(length / stride) + reach + 1 + border);
    const index = new BigInt64Array(lines);
    for (let line = 0; line < lines; line++) {
      const at = line < computed - border ? line : Math.max(line - (lines - computed), computed - border - 1);
      index[line] = BigInt(at);
    }
    return { size: computed * stride, index };
  }

  /**
   * @param {Rgba} photo what is seen of it
   * @param {Frame} frame
   * @returns {Promise<Embedding>}
   */
  async encode(photo, frame) {
    const { embedding } = await this.sessions.encoder.run(this.feed(photo, frame));
    const tokens = Float32Array.from(embedding.data); // the network's own memory is used anew
    embedding.dispose?.();
    return { tokens, frame };
  }

  /**
   * @param {Embedding} embedding
   * @param {Prompt} prompt
   * @param {Float32Array | null} fedBack logits of an earlier mask
   * @returns {Promise<Answers>} all four, the single one first
   */
  async decode({ tokens, frame }, prompt, fedBack = null) {
    const { Tensor } = this.ort;
    const { grid, logits: side } = this.data.square;
    const { channels } = this.data;
    const corners = prompt.box === null ? [] : [prompt.box.slice(0, 2), prompt.box.slice(2)];
    const placed = frame.toInput(/** @type {[number, number][]} */ ([...prompt.points, ...corners]));
    const labels = [...prompt.labels, ...(prompt.box === null ? [-1] : [2, 3])];
    const coords = [...placed, ...(prompt.box === null ? [[0, 0]] : [])];
    let dense = new Tensor("float32", new Float32Array(channels), [1, 1, channels]);
    if (fedBack !== null) {
      const found = await this.sessions.mask.run({ mask: new Tensor("float32", fedBack, [side, side]) });
      dense = new Tensor("float32", Float32Array.from(found.dense.data), found.dense.dims);
    }
    const answer = await this.sessions.decoder.run({
      embedding: new Tensor("float32", tokens, [1, grid * grid, channels]),
      dense,
      coords: new Tensor("float32", Float32Array.from(coords.flat()), [coords.length, 2]),
      labels: new Tensor("int64", BigInt64Array.from(labels.map(BigInt)), [labels.length]),
      rows: new Tensor("int64", BigInt64Array.of(BigInt(grid)), [1]),
      columns: new Tensor("int64", BigInt64Array.of(BigInt(grid)), [1]),
    });
    const all = answer.logits.data;
    const logits = [0, 1, 2, 3].map((i) => all.slice(i * side * side, (i + 1) * side * side));
    return { logits, iou: Array.from(answer.predicted_iou.data) };
  }

  /**
   * What is fed back of an earlier answer: its logits, unless its mask is empty; those of another view are carried over.
   *
   * @param {Handle | null} previous
   * @param {Frame} frame of what is looked at now
   * @returns {Float32Array | null}
   */
  fedBack(previous, frame) {
    if (previous === null) return null;
    const before = this.frame(frame.photoSize, previous.view);
    const [x0, y0, x1, y1] = frame.seenBox;
    const [left, top, right, bottom] = before.seenBox;
    /** @type {Box} */
    const common = [Math.max(x0, left), Math.max(y0, top), Math.min(x1, right), Math.min(y1, bottom)];
    const meets = common[0] < common[2] && common[1] < common[3];
    if (!meets || before.areaIn(previous.logits, common, this.data.threshold) === 0) return null;
    return String(before.seenBox) === String(frame.seenBox) ? previous.logits : before.carryOver(previous.logits, frame);
  }

  /**
   * Ask for the masks of one prompt: of the four the last three count for a single click, else the first, which is the
   * one that SAM draws when it should not be ambiguous.
   *
   * @param {Embedding} embedding
   * @param {Prompt} prompt
   * @param {Handle | null} previous
   * @returns {Promise<Answers & { single: boolean }>}
   */
  async ask(embedding, prompt, previous = null) {
    const fedBack = this.fedBack(previous, embedding.frame);
    const { logits, iou } = await this.decode(embedding, prompt, fedBack);
    return { logits, iou, single: isSingleClick(prompt) && fedBack === null };
  }

  /**
   * @param {Float32Array} logits of one mask
   * @param {Frame} frame
   * @returns {number} IoU of the mask at a higher and at a lower threshold
   */
  stability(logits, frame) {
    const [rows, columns] = frame.logitsPart;
    const { logits: side } = this.data.square;
    let [tight, loose] = [0, 0];
    for (let y = 0; y < rows; y++) {
      for (let x = 0, at = y * side; x < columns; x++, at++) {
        if (logits[at] > -this.data.stability) loose++;
        if (logits[at] > this.data.stability) tight++;
      }
    }
    return loose ? tight / loose : 1;
  }
}
