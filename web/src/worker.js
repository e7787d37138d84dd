/**
 * All that takes long but DeepLab: files, networks, photos, masks. `engine.js` talks to it; see the README for what is said.
 */

import { best } from "./core/choice.js";
import { examine } from "./core/diagnosis.js";
import * as files from "./core/files.js";
import { published, withAllMasks } from "./core/published.js";
import { sha256 } from "./core/sha256.js";
import { Sam } from "./core/sam.js";
import { Weights } from "./core/weights.js";
import { WebError, speak, tr } from "./core/words.js";
import { pixelsOf, runtime, serve } from "./serving.js";

/** @typedef {import("./core/sam.js").Embedding} Embedding */
/** @typedef {import("./core/sam.js").Prompt} Prompt */
/** @typedef {import("./core/sam.js").Handle} Handle */
/** @typedef {import("./core/frame.js").Box} Box */
/** @typedef {import("./core/frame.js").Frame} Frame */
/** @typedef {import("./core/frame.js").View} View */
/** @typedef {import("./serving.js").Source} Source */

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
    const ort = await runtime(base, data.runtime, wasm, given.threads);
    const start = (/** @type {Uint8Array} */ graph) =>
      ort.InferenceSession.create(graph, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
    const sessions = data.model.published
      ? published(ort, await start(encoder), await start(withAllMasks(decoder)), data.model.sam)
      : { encoder: await start(encoder), decoder: await start(decoder), mask: await start(mask) };
    ort.env.wasm.wasmBinary = undefined;
    sam = new Sam(ort, sessions, data.model.sam);
    return { threads: given.threads };
  },

  /** @param {{ key: string, photo: Source, view: Box | null }} given */
  async encode({ key, photo, view }) {
    const frame = sam.frame([photo.height, photo.width], view);
    if (photo.embedding && frame.view === null) {
      const { halves } = await new Weights(base).fetch({ halves: photo.embedding });
      keep(key, { tokens: fromHalves(halves), frame });
    } else {
      keep(key, await sam.encode(await pixelsOf(photo, frame.seenBox), frame));
    }
    return {};
  },

  /** @param {{ key: string, prompt: Prompt, previous: Handle | null }} given */
  async predict({ key, prompt, previous }) {
    const embedding = found(key);
    const { frame } = embedding;
    const { logits, iou, single } = await sam.ask(embedding, prompt, previous);
    const readings = logits.map((one, i) => {
      const rated = { iou: iou[i], stability: sam.stability(one, frame) };
      const counted = frame.numbers(one, data.model.sam.threshold);
      return { ...rated, ...counted, handle: { logits: one, view: frame.view, cutOff: counted.cutOff, ...rated } };
    });
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

  /** @param {{ size: [number, number], handle: Handle, part: Box }} given whether all of a mask lies in a part of the photo */
  async liesIn({ size, handle, part }) {
    const frame = sam.frame(size, handle.view);
    const [x0, y0, x1, y1] = frame.seenBox;
    /** @type {Box} */
    const common = [Math.max(x0, part[0]), Math.max(y0, part[1]), Math.min(x1, part[2]), Math.min(y1, part[3])];
    const { threshold } = data.model.sam;
    const within = common[0] < common[2] && common[1] < common[3] ? frame.areaIn(handle.logits, common, threshold) : 0;
    return within === frame.areaIn(handle.logits, frame.seenBox, threshold);
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

  /** @param {{ size: [number, number], handle: Handle }} given */
  async measure({ size, handle }) {
    return examine(maskOfHandle(size, handle), handle, data.diagnosis.limits);
  },

  /** @param {{ photo: Source }} given */
  async digest({ photo }) {
    return sha256(rgbOf(await pixelsOf(photo)));
  },

  /** @param {{ photo: Source, kind: string, objects: { number: number, name: string, handle: Handle }[], name: string }} given */
  async files({ photo, kind, objects, name }) {
    const { width, height } = photo;
    const finished = objects.map(({ number, name: called, handle }) => {
      const { iou, stability } = handle;
      return { number, name: called, mask: maskOfHandle([height, width], handle), iou, stability };
    });
    if (kind === "masks") return files.masks(finished);
    const rgb = rgbOf(await pixelsOf(photo));
    const picture = () => files.photo(rgb, width, height, name);
    if (kind === "cutouts") return files.cutouts(finished, rgb);
    if (kind === "coco") return [await picture(), files.coco(finished, width, height, name)];
    return [await picture()];
  },

  /** @param {{ keys: string[] }} given */
  async forget({ keys }) {
    for (const key of keys) embeddings.delete(key);
    return {};
  },
};

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

/**
 * @param {[number, number]} size
 * @param {Handle} handle
 */
function maskOfHandle(size, handle) {
  return sam.frame(size, handle.view).mask(handle.logits, data.model.sam.threshold);
}

/** @param {ImageData} photo */
function rgbOf({ data: rgba }) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from];
    rgb[to++] = rgba[from + 1];
    rgb[to++] = rgba[from + 2];
  }
  return rgb;
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

serve(tasks, transferable);
