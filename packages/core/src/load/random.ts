/** Where a source of randomness stands: four 32-bit integers. */
export type RandomState = readonly [number, number, number, number];

/**
 * A seeded source of randomness: the sfc32 generator (Chris Doty-Humphrey, PractRand), its state filled from a hash
 * of the seed. The same seed gives the same numbers everywhere; different seeds give independent streams.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    const nextHash = hashes(seed);
    this.#a = nextHash();
    this.#b = nextHash();
    this.#c = nextHash();
    for (let round = 0; round < 12; round += 1) this.#nextInt32();
  }

  /** One that goes on from there. */
  static from([a, b, c, counter]: RandomState): Random {
    const random = new Random('');
    random.#a = a;
    random.#b = b;
    random.#c = c;
    random.#counter = counter;
    return random;
  }

  get state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  /** Uniform in [0, 1), with 53 random bits. */
  nextUnit(): number {
    const high = this.#nextInt32() >>> 5;
    return (high * 0x4000000 + (this.#nextInt32() >>> 6)) / 0x20000000000000;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.nextUnit());
  }

  /** Normal with mean 0 and standard deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(2 * this.exponential()) * Math.cos(2 * Math.PI * this.nextUnit());
  }

  /** Gamma with this shape (above 0) and scale 1, so its mean is the shape. Marsaglia and Tsang, ACM TOMS 26(3), 2000. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.nextUnit()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      const v = root * root * root;
      const u = 1 - this.nextUnit();
      if (v > 0 && isAccepted(u, x * x, v, d)) return d * v;
    }
  }

  #nextInt32(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result;
  }
}

/** Marsaglia and Tsang's test; its first half mostly spares the logarithms and accepts nothing more. */
function isAccepted(u: number, xSquared: number, v: number, d: number): boolean {
  return u < 1 - 0.0331 * xSquared * xSquared || Math.log(u) < xSquared / 2 + d * (1 - v + Math.log(v));
}

/** Successive 32-bit hashes of a text: MurmurHash3's mixing over its UTF-16 units, then its finaliser again and again. */
function hashes(text: string): () => number {
  let state = 1779033703 ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    const mixed = Math.imul(state ^ text.charCodeAt(index), 0xcc9e2d51);
    state = Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64;
  }
  return () => {
    state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
    return state;
  };
}
