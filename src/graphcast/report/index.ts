/** The training report and the figures it is made from. */
export { type Metrics, type RmseRow, renderMetrics, skill } from './metrics.js';
export { renderReport } from './report.js';
export type {
  DatasetFacts,
  Entry,
  EntryGroup,
  Field,
  ForecastMap,
  Grid,
  HeldOutPoint,
  ReportData,
  TrainingPoint,
  VariableFacts,
} from './report-data.js';
