/**
 * Ctrl-C once: finish the step, save, and end with 130. Ctrl-C twice: end at once.
 *
 * The first signal aborts an `AbortSignal`, which the job looks at between its steps. Then the handler takes itself
 * away, and the second signal finds the operating system's own behaviour: it stops the process wherever it is, even
 * inside native code where no JavaScript could run. Files are written atomically, so that is safe.
 *
 * Programs that start us (npm among them) pass on the Ctrl-C that the terminal has already sent to us. Two signals
 * within a moment are therefore one.
 */

/** How long a second signal still belongs to the first, in milliseconds. */
const sameKeystroke = 400;

/** Listens until `stop` is called. */
export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** What of a process is needed here. */
export type SignalSource = Pick<NodeJS.Process, 'on' | 'off'>;

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Listens for Ctrl-C and for a polite request to end (SIGTERM); `onFirst` tells the user what will happen. */
export function listenForInterrupt(onFirst: () => void, source: SignalSource = process): Interrupt {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    for (const signal of signals) source.off(signal, handle);
  };
  const handle = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    // Not `unref`: a job that is saving keeps the process alive anyway, and `stop` ends the wait.
    timer = setTimeout(stop, sameKeystroke);
    onFirst();
  };
  for (const signal of signals) source.on(signal, handle);
  return { signal: controller.signal, stop };
}
