import { createHash } from 'node:crypto';

/** Random choices which the same seed repeats (sfc32, seeded by SHA-256). */
export class Random {
  #state;

  /** @param {string} seed any text */
  constructor(seed) {
    const digest = createHash('sha256').update(seed).digest();
    this.#state = [0, 4, 8, 12].map((at) => digest.readInt32LE(at));
  }

  /** A number from 0 up to, but without, 1. */
  next() {
    let [a, b, c, d] = this.#state;
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    this.#state = [a, b, c, d];
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[this.int(0, list.length - 1)];
  }

  /** `count` different ones of a list, in random order. */
  some(list, count) {
    const left = [...list];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.int(0, left.length - 1), 1)[0]);
  }

  bytes(count) {
    return Buffer.from(Array.from({ length: count }, () => this.int(0, 255)));
  }
}
