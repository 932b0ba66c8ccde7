/**
 * The process that makes the calls, and may die of them: `node worker.js seed from to marker`. Before each call it writes
 * the position into the marker file, so that whoever watches knows which call it was.
 */
import { ftruncateSync, openSync, writeSync } from 'node:fs';
import { config } from 'fluxion';
import { fuzz } from './session.js';

const [seed, from, to] = process.argv.slice(2, 5).map(Number);
const marker = openSync(process.argv[5], 'w');
config.update('engine', 'reference');
config.update('keyReuse', 'allow');

const tally = await fuzz(seed, from, to, (position, callable, args) => {
  const line = `${JSON.stringify({ position, callable, args: args.slice(0, 2000) })}\n`;
  ftruncateSync(marker, 0);
  writeSync(marker, line, 0);
});
process.stdout.write(JSON.stringify(tally), () => process.exit(0));
