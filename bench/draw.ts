/**
 * Numbers that look random and are the same in every language: an integer hash of the position, as a fraction.
 *
 * All peers of a case start from these, so that their results can be compared. The twin is `bench/peers/jax/draw.py`.
 * The hash is `lowbias32` of Chris Wellons, "Prospecting for Hash Functions", 2018.
 */

/** `size` numbers in [-scale, scale), one sequence for each seed. */
export function draw(seed: number, size: number, scale = 1): Float32Array {
  const offset = Math.imul(seed + 1, 0x9e3779b1);
  return Float32Array.from({ length: size }, (_, i) => {
    let h = (i + offset) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
    h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
    h ^= h >>> 16;
    return (((h >>> 0) / 2 ** 32) * 2 - 1) * scale;
  });
}

/** `size` whole numbers from 0 to `count - 1`. */
export const drawIntegers = (seed: number, size: number, count: number): Int32Array =>
  Int32Array.from(draw(seed, size), (x) => Math.floor(((x + 1) / 2) * count));

/** [size, count]: rows with a single one, at drawn places. */
export function drawOneHot(seed: number, size: number, count: number): Float32Array {
  const rows = new Float32Array(size * count);
  drawIntegers(seed, size, count).forEach((label, i) => {
    rows[i * count + label] = 1;
  });
  return rows;
}

/** The scale of weights that keep the variance through `relu` (He et al., 2015): uniform, for so many inputs. */
export const heScale = (inputs: number): number => Math.sqrt(6 / inputs);
