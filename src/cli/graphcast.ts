/**
 * `fluxion graphcast`: everything from weather in a file to a forecast in another.
 *
 *     doctor -> stats -> train -> forecast, evaluate;   inspect says what a file is
 *
 * Without a word, it trains.
 */
import { defineDoctor, type LoadDoctor } from './graphcast-doctor.js';
import { defineEvaluation, type LoadEvaluation } from './graphcast-evaluate.js';
import { defineForecast, type LoadForecast } from './graphcast-forecast.js';
import { defineInspection, type LoadInspection } from './graphcast-inspect.js';
import { defineStatistics, type LoadStatistics } from './graphcast-stats.js';
import { defineTraining, type LoadTraining } from './graphcast-train.js';
import type { DefineCommand } from './program.js';

/** What brings each job when it is to run. */
export interface GraphCastJobs {
  readonly train: LoadTraining;
  readonly forecast: LoadForecast;
  readonly evaluate: LoadEvaluation;
  readonly stats: LoadStatistics;
  readonly inspect: LoadInspection;
  readonly doctor: LoadDoctor;
}

/** Defines the commands. */
export const graphcastCommand =
  (jobs: GraphCastJobs): DefineCommand =>
  (program, terminal, ended) => {
    const group = program
      .command('graphcast')
      .summary('GraphCast: examine data, train, forecast, evaluate')
      .description('GraphCast on your own weather. Without a command it trains: the options of train follow below.');
    const training = defineTraining(group, jobs.train, terminal, ended);
    defineForecast(group, jobs.forecast, terminal, ended);
    defineEvaluation(group, jobs.evaluate, terminal, ended);
    defineStatistics(group, jobs.stats, terminal, ended);
    defineInspection(group, jobs.inspect, terminal, ended);
    defineDoctor(group, jobs.doctor, terminal, ended);
    group.addHelpText('after', () => `\n${training.helpInformation()}`);
  };
