/** A profile as text: the step, the stages, the dearest lines. */
import { relative } from 'node:path';
import type { Profile } from './profile.js';

/** How many lines of the program are shown. */
const LINES = 20;

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Three digits and a prefix: `420 M`. */
export function quantity(x: number): string {
  const power = x < 1 ? 0 : Math.min(PREFIXES.length - 1, Math.floor(Math.log10(x) / 3));
  const scaled = x / 1000 ** power;
  return `${scaled >= 100 || Number.isInteger(scaled) ? scaled.toFixed(0) : scaled.toPrecision(3)} ${PREFIXES[power]}`;
}

const milliseconds = (ms: number): string => `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The path from where the program was started, where that is shorter. */
function shortened(line: string | null): string {
  if (line === null) return '(no line of yours)';
  const near = relative(process.cwd(), line);
  return near !== '' && near.length < line.length ? near : line;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const last = widths.length - 1;
  return rows.map((row) => row.map((cell, i) => (i === last ? cell : cell.padStart(widths[i]))).join('  '));
}

/** The lines of a profile that a person reads. */
export function profileText(profile: Omit<Profile, 'trace' | 'text'>): string {
  const { name, engine, steps, stages, cost, lines, compilerCost, memory } = profile;
  const host = median(steps.map((s) => s.host));
  const device = median(steps.map((s) => s.device));
  const whole = median(steps.map((s) => s.total));
  const rate = (perStep: number): string => quantity((perStep / whole) * 1e3);
  const flops = compilerCost?.flops;
  const bytes = compilerCost?.['bytes accessed'];
  const rows = lines
    .slice(0, LINES)
    .map((line) => [
      `${quantity(line.flops)}flop`,
      `${((100 * line.flops) / Math.max(cost.flops, 1)).toFixed(0)} %`,
      `${quantity(line.backwardFlops)}flop`,
      `${quantity(line.bytes)}B`,
      `${line.equations}`,
      `${shortened(line.line)}: ${line.primitives.slice(0, 3).join(', ')}`,
    ]);
  return [
    `${name} on ${engine}: ${milliseconds(whole)} a step, the median of ${steps.length} ` +
      `(device ${milliseconds(device)}, host ${milliseconds(host)})`,
    `trace ${milliseconds(stages.trace)}, lower ${milliseconds(stages.lower)}, compile ${milliseconds(stages.compile)}`,
    `as written: ${quantity(cost.flops)}flop, ${quantity(cost.bytes)}B`,
    ...(flops === undefined || bytes === undefined
      ? []
      : [`as compiled: ${quantity(flops)}flop, ${quantity(bytes)}B; ${rate(flops)}flop/s, ${rate(bytes)}B/s`]),
    ...(memory
      ? [`memory: arguments ${quantity(memory.argumentSizeInBytes)}B, temporaries ${quantity(memory.tempSizeInBytes)}B`]
      : []),
    '',
    ...table([['work', 'share', 'backward', 'unfused', 'equations', 'line'], ...rows]),
    ...(lines.length > LINES ? [`and ${lines.length - LINES} lines more`] : []),
  ].join('\n');
}
