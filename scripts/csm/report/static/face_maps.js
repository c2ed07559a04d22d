// The canonical face and the maps on it.

/** The grey face (S x S) with its regions and the factors of its intervals. */
class Face {
  static async unpack(packed) {
    const face = new Face();
    [face.height, face.width] = packed.size;
    face.factors = packed.factors;
    face.grey = (await unpackValues(packed.grey)).values;
    face.outside = await unpackRaw(packed.outside);
    face.regions = packed.regions ? await unpackRaw(packed.regions) : null;
    face.regionNames = packed.region_names || [];
    if (packed.triangles) {
      face.vertices = await unpackValues(packed.vertices);
      face.triangles = await unpackRaw(packed.triangles);
    }
    return face;
  }

  isInside(x, y) {
    if (!(x >= 0 && y >= 0 && x < this.width && y < this.height)) return false;
    return this.outside[Math.floor(y) * this.width + Math.floor(x)] === 0;
  }

  regionAt(x, y) {
    if (!this.regions) return "";
    return this.regionNames[this.regions[Math.floor(y) * this.width + Math.floor(x)]] || "";
  }

  /** The standard errors on either side that a 95 % interval of the mean of n images reaches. */
  intervalFactor(n) {
    const factor = this.factors[Math.min(Math.round(n), this.factors.length - 1)];
    return factor === null ? NaN : factor;
  }
}

/** One map: its values, and their standard errors and numbers of images if they are known. */
class FaceView {
  constructor(packed, face) {
    Object.assign(this, packed);
    this.face = face;
  }

  /** Unpacks the map. @param find(key) gives the views that this one is the difference of */
  async load(find) {
    const unpackIf = async (name) =>
      this.arrays[name] ? unpackValues(this.arrays[name]) : null;
    if (this.minus) {
      this.subtract(...this.minus.map(find));
    } else {
      for (const name of ["mean", "errors", "count", "middle", "half_width", "t", "p_fwe",
        "p_tfce"]) {
        this[name] = await unpackIf(name);
      }
    }
    this.leastCount = this.count ? this.coloured() : 0;
    delete this.arrays;
  }

  /** Seen by one in ten of the images of the best seen pixel. */
  coloured() {
    const most = this.count.values.reduce((a, b) => Math.max(a, b), 0);
    return Math.max(1, Math.ceil(most / 10));
  }

  /** First less second, with their joint error; divided by it for a map in standard errors. */
  subtract(first, second) {
    const field = () => new Field(new Float32Array(first.mean.values.length), first.mean.width,
      first.mean.height, first.mean.stride);
    const [mean, errors, count] = [field(), field(), field()];
    for (let i = 0; i < mean.values.length; ++i) {
      const n = Math.min(first.count.values[i], second.count.values[i]);
      const error = n > 0 && first.errors && second.errors
        ? Math.hypot(first.errors.values[i], second.errors.values[i]) : NaN;
      const difference = n > 0 ? first.mean.values[i] - second.mean.values[i] : NaN;
      const isKnown = error > 0;
      mean.values[i] = !this.in_errors ? difference : isKnown ? difference / error : NaN;
      errors.values[i] = this.in_errors ? 1 : error;
      count.values[i] = n;
    }
    Object.assign(this, { mean, errors, count });
  }

  /** What the interval of a place is around: the mean over persons, if the file has it. */
  middleAt(x, y, value) {
    return this.middle ? this.middle.at(x, y) : value;
  }

  /** How far the 95 % interval or band of a place reaches: as the file has it, else Student's. */
  reachAt(x, y) {
    if (this.half_width) return this.half_width.at(x, y);
    if (!this.errors) return NaN;
    return this.face.intervalFactor(this.count ? this.count.at(x, y) : NaN)
      * this.errors.at(x, y);
  }

  /** What is known at a canonical pixel. */
  readAt(x, y) {
    const value = this.mean.at(x, y);
    const n = this.count ? this.count.at(x, y) : NaN;
    const error = this.errors ? this.errors.at(x, y) : NaN;
    const reach = this.reachAt(x, y);
    const middle = this.middleAt(x, y, value);
    return {
      x: this.mean.place(x), y: this.mean.place(y), value, error, n,
      low: middle - reach, high: middle + reach,
      t: this.t ? this.t.at(x, y) : NaN,
      pFwe: this.p_fwe ? this.p_fwe.at(x, y) : NaN,
      pTfce: this.p_tfce ? this.p_tfce.at(x, y) : NaN,
      region: this.face.regionAt(x, y),
    };
  }
}
