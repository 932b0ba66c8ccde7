/**
 * Colours for values.
 *
 * Fields are shown in viridis (S. van der Walt and N. Smith, 2015): equal steps of the value look like equal steps,
 * for colour-blind readers and in grey print too. Errors are shown in RdBu (C. Brewer, ColorBrewer 2.0): white is no
 * error, red too high, blue too low, both sides equally strong. Each scale is a few stops, joined by straight lines in
 * sRGB; for viridis this stays within 2 % of the original's 256 colours.
 */
import type { Rgba } from './png.js';

/** A colour for each position from 0 to 1. */
export type ColourScale = (position: number) => Rgba;

function piecewise(stops: string): ColourScale {
  const colours = stops.split(' ').map((hex) => [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)));
  return (position) => {
    const at = Math.min(Math.max(position, 0), 1) * (colours.length - 1);
    const i = Math.min(Math.floor(at), colours.length - 2);
    const mix = (c: number): number => Math.round(colours[i]![c]! + (at - i) * (colours[i + 1]![c]! - colours[i]![c]!));
    return [mix(0), mix(1), mix(2), 255];
  };
}

/** From low (dark violet) to high (yellow). */
export const viridis: ColourScale = piecewise(
  '440154 481769 472a7a 433d84 3d4e8a 355e8d 2e6d8e 297b8e 23898e 1f978b 21a585 2eb37c 46c06f 65cb5e 89d548 b0dd2f d8e219 fde725',
);

/** From negative (blue) through zero (nearly white) to positive (red). */
export const redBlue: ColourScale = piecewise(
  '053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f',
);

/** What a value that is not a number looks like. */
export const notANumber: Rgba = [128, 128, 128, 255];

/** Number of palette entries that carry the scale; the two others are `outside` (transparent) and `notANumber`. */
export const scaleSteps = 254;

/** A palette for `encodePng`: entry 0 is transparent, 1 to 254 the scale, 255 not a number. */
export const palette = (scale: ColourScale): readonly Rgba[] => [
  [0, 0, 0, 0],
  ...Array.from({ length: scaleSteps }, (_, i) => scale(i / (scaleSteps - 1))),
  notANumber,
];

/** The palette entry of a value on the range from `low` to `high`; values beyond take the end colours. */
export function paletteIndex(value: number, low: number, high: number): number {
  if (Number.isNaN(value)) return 255;
  const position = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return 1 + Math.round(position * (scaleSteps - 1));
}

export const hexText = ([r, g, b]: Rgba): string =>
  `#${[r, g, b].map((c) => c.toString(16).padStart(2, '0')).join('')}`;
