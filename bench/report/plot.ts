/**
 * A dot plot as SVG: one row for each case, one dot for each peer, on a logarithmic axis of the time relative to JAX's.
 */

export interface Row {
  readonly label: string;
  /** By series: how many times as long as JAX. */
  readonly values: ReadonlyMap<string, number>;
  /** What fluxion is to reach. */
  readonly goal: number | null;
}

const COLOURS = ['#c0392b', '#2c3e50', '#7f8c8d', '#2980b9', '#e67e22', '#8e44ad'];
const [LEFT, WIDTH, ROW, TOP] = [330, 900, 34, 70];
const RIGHT = 30;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] as string);

/** The plot as the text of an SVG file. */
export function ratioPlot(title: string, rows: readonly Row[], series: readonly string[]): string {
  const all = rows.flatMap(({ values, goal }) => [...values.values(), ...(goal === null ? [] : [goal])]);
  const low = Math.floor(Math.log10(Math.min(0.5, ...all)));
  const high = Math.ceil(Math.log10(Math.max(2, ...all)));
  const x = (ratio: number): string =>
    (LEFT + ((Math.log10(ratio) - low) / (high - low)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const height = TOP + rows.length * ROW + 40;
  const middle = (i: number): number => TOP + i * ROW + ROW / 2;
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const text = (at: string | number, y: number, words: string, more = ''): string =>
    `<text x="${at}" y="${y}" ${more}>${escaped(words)}</text>`;
  const legend = series.map((name, i) => {
    const at = 20 + i * 145;
    const dot = `<circle cx="${at}" cy="44" r="6" fill="${COLOURS[i % COLOURS.length]}"/>`;
    return `${dot}${text(at + 11, 48, name)}`;
  });
  const grid = decades.flatMap((d) => [
    `<line x1="${x(10 ** d)}" x2="${x(10 ** d)}" y1="${TOP}" y2="${height - 40}" stroke="${d === 0 ? '#2c3e50' : '#dddddd'}"/>`,
    text(x(10 ** d), height - 22, d === 0 ? 'JAX' : `${10 ** d} x`, 'text-anchor="middle"'),
  ]);
  const marks = rows.flatMap(({ label, values, goal }, i) => [
    text(LEFT - 12, middle(i) + 4, label, 'text-anchor="end"'),
    ...(goal === null
      ? []
      : [`<path d="M${x(goal)} ${middle(i) - 11}v22" stroke="${COLOURS[0]}" stroke-dasharray="3 2"/>`]),
    ...series.flatMap((name, k) => {
      const value = values.get(name);
      if (value === undefined) return [];
      const tip = `<title>${escaped(`${name}: ${value.toPrecision(3)} x JAX`)}</title>`;
      return [`<circle cx="${x(value)}" cy="${middle(i)}" r="6" fill="${COLOURS[k % COLOURS.length]}">${tip}</circle>`];
    }),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    text(20, 24, title, 'font-size="15" font-weight="bold"'),
    ...legend,
    ...grid,
    ...marks,
    '</svg>\n',
  ].join('\n');
}
