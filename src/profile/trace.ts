/**
 * The Trace Event Format, which Perfetto and `chrome://tracing` show: complete events on two tracks, host and device.
 * Source: Google, "Trace Event Format".
 */

/** One entry of a trace, in the words of its viewer. */
export interface TraceEvent {
  readonly name: string;
  /** `X`: an event with a duration; `M`: the name of a track. */
  readonly ph: 'X' | 'M';
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A file for the browser's trace viewer. */
export interface ChromeTrace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
}

/** Something that took time. */
export interface Span {
  readonly name: string;
  readonly track: 'host' | 'device';
  /** Milliseconds of one clock. */
  readonly begin: number;
  readonly end: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

const TRACKS = ['host', 'device'] as const;
const PROCESS = 1;

/** The spans as a trace that begins at 0. `program` names the process. */
export function chromeTrace(program: string, spans: readonly Span[]): ChromeTrace {
  const start = Math.min(...spans.map(({ begin }) => begin));
  const microseconds = (ms: number): number => Math.round(ms * 1e6) / 1e3;
  const tid = (track: Span['track']): number => TRACKS.indexOf(track) + 1;
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      { name: 'process_name', ph: 'M', pid: PROCESS, tid: 0, args: { name: program } },
      ...TRACKS.map(
        (name): TraceEvent => ({ name: 'thread_name', ph: 'M', pid: PROCESS, tid: tid(name), args: { name } }),
      ),
      ...spans.map(
        ({ name, track, begin, end, args }): TraceEvent => ({
          name,
          ph: 'X',
          pid: PROCESS,
          tid: tid(track),
          ts: microseconds(begin - start),
          dur: microseconds(end - begin),
          ...(args && { args }),
        }),
      ),
    ],
  };
}
