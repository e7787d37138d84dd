/**
 * All that takes long: files, networks, photos, masks. `engine.js` talks to it; see the README for what is said.
 */

import { best } from "./core/choice.js";
import { Sam } from "./core/sam.js";
import { Weights } from "./core/weights.js";
import { WebError, speak, tr } from "./core/words.js";

/** @typedef {import("./core/sam.js").Embedding} Embedding */
/** @typedef {import("./core/sam.js").Prompt} Prompt */
/** @typedef {import("./core/sam.js").Handle} Handle */
/** @typedef {import("./core/frame.js").Box} Box */
/** @typedef {import("./core/frame.js").Frame} Frame */
/** @typedef {import("./core/frame.js").View} View */

const MOST_EMBEDDINGS = 8; // 4 MB each

/** @type {Map<string, Embedding>} those used last come last */
const embeddings = new Map();
/** @type {Sam} */
let sam;
/** @type {any} */
let data;
let base = "";

/** @type {Record<string, (given: any) => Promise<unknown>>} */
const tasks = {
  /** @param {{ base: string, data: any, lang: string, threads: number }} given */
  async open(given) {
    ({ base, data } = given);
    speak(data.languages[given.lang]);
    if (!hasSimd()) {
      throw new WebError("simd", tr("This browser is too old for the network: it has no WebAssembly with SIMD. A newer one will do."));
    }
    const weights = new Weights(base, (progress) => self.postMessage({ progress }));
    const { encoder, decoder, mask, wasm } = await weights.fetch(data.model.files);
    const ort = await import(new URL(data.runtime.script, base).href);
    ort.env.wasm.wasmBinary = wasm.buffer;
    ort.env.wasm.wasmPaths = { mjs: new URL(data.runtime.glue, base).href };
    ort.env.wasm.numThreads = given.threads;
    ort.env.logLevel = "error";
    const start = (/** @type {Uint8Array} */ graph) =>
      ort.InferenceSession.create(graph, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
    const sessions = { encoder: await start(encoder), decoder: await start(decoder), mask: await start(mask) };
    sam = new Sam(ort, sessions, data.model.sam);
    return { threads: given.threads };
  },

  /** @param {{ key: string, size: [number, number], view: Box | null, bitmap?: ImageBitmap, embedding?: import("./core/weights.js").File }} given */
  async encode({ key, size, view, bitmap, embedding }) {
    const frame = sam.frame(size, view);
    if (embedding) {
      const { halves } = await new Weights(base).fetch({ halves: embedding });
      keep(key, { tokens: fromHalves(halves), frame });
    } else if (bitmap) {
      const photo = pixelsOf(bitmap);
      keep(key, await sam.encode(photo, frame));
    }
    return {};
  },

  /** @param {{ key: string, prompt: Prompt, previous: Handle | null }} given */
  async predict({ key, prompt, previous }) {
    const embedding = found(key);
    const { frame } = embedding;
    const { logits, iou, single } = await sam.ask(embedding, prompt, previous);
    const readings = logits.map((one, i) => ({
      iou: iou[i],
      stability: sam.stability(one, frame),
      ...frame.numbers(one, data.model.sam.threshold),
      handle: { logits: one, view: frame.view },
    }));
    return { single, candidates: single ? readings.slice(1) : readings.slice(0, 1), others: single ? readings.slice(0, 1) : readings.slice(1) };
  },

  /** @param {{ size: [number, number], handles: Handle[], view: View | null }} given */
  async draw({ size, handles, view }) {
    const { threshold } = data.model.sam;
    return {
      masks: handles.map((handle) => {
        const frame = sam.frame(size, handle.view);
        return view ? frame.maskIn(handle.logits, view, threshold) : frame.mask(handle.logits, threshold);
      }),
    };
  },

  /** @param {{ key: string, prompt: Prompt, previous: Handle | null, view: View }} given */
  async preview({ key, prompt, previous, view }) {
    const embedding = found(key);
    const { frame } = embedding;
    const { logits, iou, single } = await sam.ask(embedding, prompt, previous);
    const { threshold } = data.model.sam;
    let index = 0;
    if (single) {
      const counted = logits.slice(1).map((one) => frame.numbers(one, threshold));
      const numbers = { iou: iou.slice(1), area: counted.map((one) => one.area), border: counted.map((one) => one.border) };
      index = 1 + best({ ...numbers, pixels: 1, cutOff: [], single, closer: false }, data.rule);
    }
    return { mask: frame.maskIn(logits[index], view, threshold), iou: iou[index] };
  },

  /** @param {{ keys: string[] }} given */
  async forget({ keys }) {
    keys.forEach((key) => embeddings.delete(key));
    return {};
  },
};

self.onmessage = async ({ data: { id, task, given } }) => {
  try {
    const result = await tasks[task](given);
    self.postMessage({ id, result }, /** @type {any} */ (transferable(result)));
  } catch (error) {
    self.postMessage({ id, error: described(error) });
  }
};

/**
 * @param {unknown} error
 * @returns {{ code: string, message: string }}
 */
function described(error) {
  if (error instanceof WebError) return { code: error.code, message: error.message };
  const said = String(error instanceof Error ? error.message : error);
  if (/memory|alloc|OOM|Array buffer|RangeError|bad_alloc/i.test(said) || error instanceof RangeError) {
    return { code: "memory", message: tr("There was not enough memory for that. Close other pages, or take a smaller photo.") };
  }
  return { code: "failed", message: tr("The network failed on this photo. Please try again. ({details})", { details: said }) };
}

/**
 * @param {string} key
 * @param {Embedding} embedding
 */
function keep(key, embedding) {
  embeddings.delete(key);
  embeddings.set(key, embedding);
  for (const old of embeddings.keys()) {
    if (embeddings.size <= MOST_EMBEDDINGS) break;
    embeddings.delete(old);
  }
}

/** @param {string} key */
function found(key) {
  const embedding = embeddings.get(key);
  if (!embedding) throw new WebError("forgotten", "");
  keep(key, embedding);
  return embedding;
}

/** @param {ImageBitmap} bitmap */
function pixelsOf(bitmap) {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.fillStyle = "#fff"; // transparency is laid on white, as `load_image` does
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * @param {Uint8Array} bytes of numbers of half precision
 * @returns {Float32Array}
 */
function fromHalves(bytes) {
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const made = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const power = (half >> 10) & 31;
    const part = half & 1023;
    const size = power === 0 ? part * 2 ** -24 : (1 + part / 1024) * 2 ** (power - 15);
    made[i] = half & 0x8000 ? -size : size;
  }
  return made;
}

/** Whether the smallest module with a SIMD instruction is valid here. */
function hasSimd() {
  const module = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  return typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(module));
}

/**
 * @param {any} result
 * @returns {Transferable[]} its buffers, which go over and are not copied
 */
function transferable(result) {
  const masks = [...(result?.masks ?? []), ...(result?.mask ? [result.mask] : [])].map((mask) => mask.data.buffer);
  const readings = [...(result?.candidates ?? []), ...(result?.others ?? [])];
  return [...masks, ...readings.map(({ handle }) => handle.logits.buffer)];
}
