// Turns the packed arrays of the page into numbers; csm/report/pack_maps.py is the other side.

const UNKNOWN_STEP = -32768;
const RAW_TYPES = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array };

async function inflate(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The values of a packed array of uint8, uint16 or uint32. */
async function unpackRaw(packed) {
  return new RAW_TYPES[packed.kind]((await inflate(packed.data)).buffer);
}

/** A map (height x width) of every stride-th pixel; unknown values are NaN. */
async function unpackValues(packed) {
  const [height, width] = packed.shape;
  const bytes = await inflate(packed.data);
  const n = height * width;

  // Sums undo the differences along both axes; 16-bit arithmetic wraps as it did when packing.
  const steps = new Int16Array(n);
  const values = new Float32Array(n);
  for (let row = 0, i = 0; row < height; ++row) {
    let inRow = 0;
    for (let column = 0; column < width; ++column, ++i) {
      inRow += bytes[i] | (bytes[n + i] << 8);
      steps[i] = inRow + (row > 0 ? steps[i - width] : 0);
      values[i] = steps[i] === UNKNOWN_STEP ? NaN : steps[i] * packed.step;
    }
  }
  return new Field(values, width, height, packed.stride);
}

/** A map whose pixels lie `stride` canonical pixels apart. */
class Field {
  constructor(values, width, height, stride) {
    Object.assign(this, { values, width, height, stride });
  }

  /** The index of the stored pixel nearest to a canonical pixel. */
  index(x, y) {
    const column = Math.min(this.width - 1, Math.floor(x / this.stride));
    const row = Math.min(this.height - 1, Math.floor(y / this.stride));
    return row * this.width + column;
  }

  at(x, y) {
    return this.values[this.index(x, y)];
  }

  /** The canonical pixel that is stored for a canonical pixel. */
  place(coordinate) {
    return Math.floor(coordinate / this.stride) * this.stride + Math.floor(this.stride / 2);
  }
}
