/** Lines on a canvas, in the colours of the page. */
export interface Line {
  readonly values: ArrayLike<number>;
  readonly color: string;
  readonly label: string;
}

const MARGIN = { left: 48, right: 12, top: 24, bottom: 12 };

/** Draws lines over one another; `logarithmic` for losses. */
export function plot(canvas: HTMLCanvasElement, lines: readonly Line[], logarithmic = false): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const color = (name: string): string => style.getPropertyValue(name) || 'gray';
  const scale = (v: number): number => (logarithmic ? Math.log10(Math.max(v, 1e-12)) : v);
  const all = lines.flatMap(({ values }) => Array.from(values, scale));
  if (all.length === 0) return;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const { width, height } = canvas;
  const [w, h] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  const y = (v: number): number => MARGIN.top + h * (1 - (v - low) / (high - low || 1));
  context.clearRect(0, 0, width, height);
  context.font = '12px system-ui, sans-serif';
  context.fillStyle = color('--soft');
  context.textAlign = 'right';
  for (const v of [low, (low + high) / 2, high]) {
    context.fillText((logarithmic ? 10 ** v : v).toPrecision(2), MARGIN.left - 6, y(v) + 4);
  }
  context.textAlign = 'left';
  lines.forEach(({ values, color: name, label }, k) => {
    context.strokeStyle = color(name);
    context.lineWidth = 2;
    context.beginPath();
    Array.from(values, scale).forEach((v, i) => {
      context.lineTo(MARGIN.left + (w * i) / Math.max(1, values.length - 1), y(v));
    });
    context.stroke();
    context.fillStyle = color(name);
    context.fillText(label, MARGIN.left + 110 * k, 14);
  });
}
