/** A process or thread, as much of it as a test cares for. */
export interface ProcessLine {
  name?: string;
  state?: string;
  parent?: number;
  began?: number;
}

/** A line of `/proc/PID/stat` as Linux writes it. */
export function stat({ name = 'python', state = 'S', parent = 1, began = 100 }: ProcessLine): string {
  const before = `1 1 0 -1 4194560 20872 2298520 0 774 90 267 18599 3358 20 0 13 0`;
  return `4242 (${name}) ${state} ${parent} ${before} ${began} 41447424 2777 18446744073709551615 1 1 0 0 0 0 0\n`;
}

export interface ThreadFiles extends ProcessLine {
  /** `schedstat`; null: there is none. */
  times: string | null;
}

/** The files of `/proc` that a look reads of one process: its own and those of its threads. */
export function processFiles(
  pid: number,
  line: ProcessLine,
  threads: { [tid: number]: ThreadFiles },
): { [path: string]: string } {
  return {
    [`/proc/${pid}/stat`]: stat(line),
    ...Object.assign(
      {},
      ...Object.entries(threads).map(([tid, { times, ...thread }]) => ({
        [`/proc/${pid}/task/${tid}/stat`]: stat({ ...line, ...thread }),
        ...(times === null ? {} : { [`/proc/${pid}/task/${tid}/schedstat`]: times }),
      })),
    ),
  };
}
