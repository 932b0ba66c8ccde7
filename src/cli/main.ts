#!/usr/bin/env node
/**
 * The `fluxion` command.
 *
 * The process ends by itself when all is written: an exit code is set, `process.exit` is never called.
 */
import { doctorCommand } from './doctor.js';
import { graphcastCommand } from './graphcast.js';
import { lawsCommand } from './laws.js';
import { profileCommand } from './profile.js';
import { type DefineCommand, runProgram } from './program.js';
import { setupCommand } from './setup.js';

/** Training takes gigabytes of temporaries in every step, from whichever thread comes: see the allocator's page. */
const mainJob = async () => {
  (await import('../engine/xla/allocator.js')).restartWithOneArena();
  return import('../graphcast/main-job.js');
};

const commands: readonly DefineCommand[] = [
  setupCommand(() => import('../engine/xla/setup.js')),
  doctorCommand(() => import('../engine/xla/doctor.js')),
  graphcastCommand(mainJob),
  lawsCommand(() => import('../../laws/index.js')),
  profileCommand(() => import('../profile/index.js')),
];

// Whoever reads our output may stop early (`fluxion ... --json | head -1`): that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), commands, process);
