import { type Logger, printable, type Progress } from "@cnntargz/contracts";

import { printTo } from "./terminal.js";

/** Where a run talks to its user. */
export interface Console extends Logger {
  /** Results: stdout, or stderr when stdout is reserved for one JSON document. */
  print(text: string): void;
  /** A passing state of affairs, shown in place and only on a terminal. */
  progress(progress: Progress): void;
}

/** The console of a terminal session: results on stdout (stderr with `json`), talk on stderr. */
export function createConsole(options: { json: boolean; quiet: boolean }): Console {
  const { stderr, stdout } = process;
  const results = options.json ? stderr : stdout;
  let shown = false;
  const clear = (): void => {
    if (shown) stderr.write("\r\u001b[K");
    shown = false;
  };
  const talk = (text: string): void => {
    clear();
    if (!options.quiet) printTo(stderr, `${text}\n`);
  };
  return {
    print(text) {
      clear();
      if (!(options.quiet && options.json)) printTo(results, `${text}\n`);
    },
    info: talk,
    warn(message) {
      clear();
      printTo(stderr, `warning: ${message}\n`);
    },
    progress({ task, fraction }) {
      if (!stderr.isTTY || options.quiet) return;
      const line = printable(`${task} ${(100 * fraction).toFixed(0).padStart(3)} %`);
      stderr.write(`\r\u001b[K${line.slice(0, stderr.columns - 1)}`);
      shown = true;
    },
  };
}

/** A console that says nothing, for programs that use the pipeline as a library. */
export const silentConsole: Console = {
  print: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};
