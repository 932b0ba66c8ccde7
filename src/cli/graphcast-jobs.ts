/** The jobs behind `fluxion graphcast`, each imported when it is to run: every start of the command pays for nothing. */
import type { GraphCastJobs } from './graphcast.js';

export const graphcastJobs: GraphCastJobs = {
  train: () => import('../graphcast/main-job.js'),
  forecast: () => import('../graphcast/forecast-job.js'),
  evaluate: async () => ({
    ...(await import('../graphcast/evaluation-job.js')),
    ...(await import('../graphcast/evaluation-report.js')),
  }),
  stats: async () => ({
    ...(await import('../graphcast/sources/weather.js')),
    ...(await import('../graphcast/statistics-files.js')),
  }),
  inspect: () => import('../graphcast/inspect.js'),
  doctor: () => import('../graphcast/doctor/index.js'),
};
