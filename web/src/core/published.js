/**
 * The two graphs as they were published, with the face of our own three: for a page that carries no weights.
 *
 * They compute the same, more slowly: the whole padded square is encoded, and a mask that is fed back goes into the decoder as
 * it is. Of its four masks the decoder gives only the one that it prefers; the other three are in it, and made outputs here.
 */

/** @typedef {import("./sam.js").Ort} Ort */
/** @typedef {import("./sam.js").Session} Session */
/** @typedef {{ data: any, dims: number[] }} Given what a tensor holds */

const ENCODED = "output";
const MASKS = "/Reshape_9_output_0"; // (1, 4, 256, 256), the single one first
const RATINGS = "/iou_prediction_head/layers.2/Gemm_output_0"; // (1, 4)
const LITTLE = 8; // pixels of the mask that it draws at a photo's size, which is not looked at

/**
 * @param {Uint8Array} decoder a file of ONNX
 * @returns {Uint8Array} the same with two outputs more
 *
 * A message of Protocol Buffers that follows another one in a file is merged into it, and lists are joined: so a model
 * whose graph is nothing but two outputs is written behind it.
 */
export function withAllMasks(decoder) {
  const inside = (/** @type {number} */ field, /** @type {number[]} */ content) => [(field << 3) | 2, content.length, ...content]; // below 128 bytes
  const output = (/** @type {string} */ name) => inside(12, inside(1, Array.from(new TextEncoder().encode(name)))); // GraphProto.output, its name
  const more = inside(7, [...output(MASKS), ...output(RATINGS)]); // ModelProto.graph
  const made = new Uint8Array(decoder.length + more.length);
  made.set(decoder);
  made.set(more, decoder.length);
  return made;
}

/**
 * @param {Ort} ort
 * @param {Session} encoder
 * @param {Session} decoder made of what `withAllMasks` returned
 * @param {import("./sam.js").SamData} data
 * @returns {{ encoder: Session, decoder: Session, mask: Session }} what `Sam` takes
 */
export function published({ Tensor }, encoder, decoder, { square: { side, grid, logits }, channels }) {
  const given = (/** @type {unknown} */ tensor) => /** @type {Given} */ (tensor);
  const zeros = (/** @type {number[]} */ dims) => new Float32Array(dims.reduce((product, one) => product * one, 1));
  return {
    encoder: {
      /** @param {Record<string, unknown>} feeds */
      async run({ pixels }) {
        const { data, dims } = given(pixels);
        const [, planes, rows, columns] = dims;
        const whole = zeros([planes, side, side]);
        for (let line = 0; line < planes * rows; line++) {
          const at = (Math.floor(line / rows) * side + (line % rows)) * side;
          whole.set(data.subarray(line * columns, (line + 1) * columns), at);
        }
        const { [ENCODED]: found } = await encoder.run({ input: new Tensor("float32", whole, [1, planes, side, side]) });
        const tokens = turned(found.data, channels, grid * grid);
        found.dispose?.();
        return { embedding: { data: tokens, dims: [1, grid * grid, channels] } };
      },
    },
    mask: {
      /** @param {Record<string, unknown>} feeds */
      run: async ({ mask }) => ({ dense: given(mask) }), // the decoder takes it as it is
    },
    decoder: {
      /** @param {Record<string, unknown>} feeds */
      async run({ embedding, dense, coords, labels }) {
        const fedBack = given(dense).data.length === logits * logits;
        const points = given(labels).data.length;
        const image = turned(given(embedding).data, grid * grid, channels);
        const answer = await decoder.run({
          image_embeddings: new Tensor("float32", image, [1, channels, grid, grid]),
          point_coords: new Tensor("float32", given(coords).data, [1, points, 2]),
          point_labels: new Tensor("float32", Float32Array.from(given(labels).data, Number), [1, points]),
          mask_input: new Tensor("float32", fedBack ? given(dense).data : zeros([logits, logits]), [1, 1, logits, logits]),
          has_mask_input: new Tensor("float32", Float32Array.of(fedBack ? 1 : 0), [1]),
          orig_im_size: new Tensor("float32", Float32Array.of(LITTLE, LITTLE), [2]),
        });
        return { logits: answer[MASKS], predicted_iou: answer[RATINGS] };
      },
    },
  };
}

/**
 * @param {Float32Array} values rows by columns
 * @param {number} rows
 * @param {number} columns
 * @returns {Float32Array} columns by rows
 */
function turned(values, rows, columns) {
  const made = new Float32Array(values.length);
  for (let row = 0, from = 0; row < rows; row++) {
    for (let at = row; at < made.length; at += rows) made[at] = values[from++];
  }
  return made;
}
