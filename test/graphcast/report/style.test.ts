import { describe, expect, it } from 'vitest';
import { style } from '../../../src/graphcast/report/style.js';

/** WCAG 2.2, definition of relative luminance. */
const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};
const themes = [...style.text.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) =>
  Object.fromEntries([...body!.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex!])),
);

describe.each([
  ['light', themes[0]!],
  ['dark', themes[1]!],
])('the %s colours', (_, theme) => {
  it.each(['ink', 'quiet'])('give text (%s) a contrast of at least 4.5 on every ground', (text) => {
    for (const ground of ['paper', 'card', 'caution'])
      expect(contrast(theme[text]!, theme[ground]!)).toBeGreaterThan(4.5);
  });

  it('give lines a contrast of at least 3', () => {
    for (const line of ['model', 'other', 'better', 'worse'])
      expect(contrast(theme[line]!, theme.card!)).toBeGreaterThan(3);
  });

  it('give the chosen button a contrast of at least 4.5', () => {
    expect(contrast(theme.card!, theme.model!)).toBeGreaterThan(4.5);
  });
});
