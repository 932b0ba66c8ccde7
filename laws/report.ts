/**
 * What a broken law looks like on the screen, and the table of all laws.
 */
import type { LawReport, LawResult } from './check.js';
import { numberText } from './print.js';

const indent = (text: string, by = '    '): string => text.split('\n').join(`\n${by}`);

/** Everything about one broken law. */
export function failureText({ law, failure, runs }: LawResult): string {
  if (failure === null) return `${law.name} holds.`;
  const { difference: d, error, shrinks, seed, path, blamed } = failure;
  const lines = [`Law broken: ${law.name}`, `  ${law.statement}`, `  (${law.reference})`, ''];
  if (d) {
    const place = d.index === null || d.index.length === 0 ? d.path : `${d.path}[${d.index.join(', ')}]`;
    const off =
      typeof d.expected === 'number' && typeof d.got === 'number' && Number.isFinite(d.expected - d.got)
        ? `, off by ${numberText(Math.abs(d.expected - d.got), 3)} where ${numberText(d.tolerance, 3)} is allowed`
        : '';
    lines.push(`  at ${place}`, `    expected ${numberText(d.expected)}`, `    got      ${numberText(d.got)}${off}`);
    if (d.count > 1) lines.push(`    (${d.count} of its ${d.size} elements differ)`);
  } else if (error) lines.push(`  it threw ${error.name}: ${indent(error.message, '  ')}`);
  lines.push('', `  input${shrinks > 0 ? ` (shrunk ${shrinks} times, after ${runs} runs)` : ''}`);
  lines.push(`    ${indent(failure.input)}`);
  if (blamed) lines.push('', `  to blame: ${indent(blamed, '  ')}`);
  else lines.push('', '  to blame: no single equation breaks its own rule here');
  lines.push('', `  replay with { seed: ${seed}, path: '${path}', only: ['${law.name.replaceAll("'", "\\'")}'] }`);
  return lines.join('\n');
}

/** One line for each law, and why some said nothing. */
export function summaryText({ results, seconds, broken }: LawReport): string {
  const width = Math.max(...results.map((r) => r.law.name.length), 0);
  const lines = results.map((r) => {
    const reasons = Object.entries(r.vacuous)
      .map(([reason, count]) => `${count} x ${reason}`)
      .join('; ');
    const mark = { held: 'holds ', broken: 'BROKEN', vacuous: 'silent' }[r.status];
    return `${mark}  ${r.law.name.padEnd(width)}  ${String(r.runs).padStart(4)} runs  ${r.seconds.toFixed(2)} s${reasons ? `  (${reasons})` : ''}`;
  });
  const silent = results.filter((r) => r.status === 'vacuous').length;
  lines.push(
    `${results.length - broken.length - silent} of ${results.length} laws hold, ${broken.length} are broken, ` +
      `${silent} said nothing; ${seconds.toFixed(1)} s`,
  );
  return lines.join('\n');
}
