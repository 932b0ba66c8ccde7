/** How far a run of many laws is: one line, written again and again. */

export interface Progress {
  /** The law that is checked now, how many were, and how many there are. */
  begin(name: string, done: number, count: number): void;
  end(): void;
}

export const silent: Progress = { begin: () => {}, end: () => {} };

/** A line that is written over itself; nothing appears in runs that take less than a second. */
export function lineProgress(stream: { write(text: string): unknown }): Progress {
  const started = performance.now();
  let shown = false;
  return {
    begin: (name, done, count) => {
      if (performance.now() - started < 1000) return;
      shown = true;
      stream.write(`\r\x1b[Klaw ${done + 1} of ${count}: ${name}`);
    },
    end: () => {
      if (shown) stream.write('\r\x1b[K');
    },
  };
}
