/** What a long job says about itself while it runs. */
export interface ProgressEvent {
  /** The step that the job is in, one word: 'find', 'download', 'verify', 'unpack', 'done'. */
  readonly phase: string;
  /** How far that step is and where it ends, where that can be known. */
  readonly done?: number;
  readonly total?: number;
  /** What is counted, in the plural; bytes where nothing is said. */
  readonly unit?: string;
  /** The same for people. */
  readonly message: string;
}

/** Hears of progress. It is called often and must be quick. */
export type OnProgress = (event: ProgressEvent) => void;
