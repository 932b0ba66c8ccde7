#!/usr/bin/env node
/**
 * The `fluxion` command.
 *
 * The process ends by itself when all is written: an exit code is set, `process.exit` is never called.
 */
import { doctorCommand } from './doctor.js';
import { graphcastCommand } from './graphcast.js';
import { graphcastJobs } from './graphcast-jobs.js';
import { lawsCommand } from './laws.js';
import { portCommand } from './port.js';
import { profileCommand } from './profile.js';
import { type DefineCommand, runProgram } from './program.js';
import { setupCommand } from './setup.js';

/**
 * What runs the model takes gigabytes of temporaries in every step, on whichever thread comes: see the allocator's page.
 * Only this file may replace the process that it runs in, which is its own.
 */
async function withKeptMemory<T>(job: () => Promise<T>): Promise<T> {
  (await import('../engine/xla/allocator.js')).restartWithOneArena();
  return job();
}

const commands: readonly DefineCommand[] = [
  setupCommand(() => import('../engine/xla/setup.js')),
  doctorCommand({
    xla: () => import('../engine/xla/doctor.js'),
    tfjs: () => import('../engine/tfjs/doctor.js'),
    primitives: async () => {
      await import('../primitive/index.js');
      const { allPrimitives } = await import('../trace/primitive.js');
      return allPrimitives().values();
    },
  }),
  graphcastCommand({
    ...graphcastJobs,
    train: () => withKeptMemory(graphcastJobs.train),
    forecast: () => withKeptMemory(graphcastJobs.forecast),
  }),
  lawsCommand(() => import('../../laws/index.js')),
  portCommand,
  profileCommand(() => import('../profile/index.js')),
];

// Whoever reads our output may stop early (`fluxion ... --json | head -1`): that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), commands, process);
