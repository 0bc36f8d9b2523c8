/** Ctrl-C: the present step is finished and kept; a second one ends the program at once. */

/** Signals that ask a program to end. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; 0 before. */
  readonly code: () => number;
  /** Listens no longer. */
  readonly release: () => void;
}

/** Listens for signals. */
export function listen(): Interruption {
  const controller = new AbortController();
  let code = 0;
  const handlers = Object.entries(SIGNALS).map(([name, exit]) => {
    const handler = () => {
      if (code !== 0) {
        // Nobody else will bring back the cursor that a progress bar hides.
        if (process.stderr.isTTY) process.stderr.write("\x1b[?25h");
        process.exit(exit);
      }
      code = exit;
      controller.abort();
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return {
    signal: controller.signal,
    code: () => code,
    release: () => {
      for (const release of handlers) release();
    },
  };
}
