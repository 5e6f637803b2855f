import path from 'node:path';
import { endOf, type WatchLine, type WatchSummary } from '../../documents/watch.ts';
import { jsonLine } from '../../escape/json.ts';
import { type Output, openOutput } from '../../files/output.ts';
import { type LineRecord, openRecord } from '../../files/record.ts';
import type { Point } from '../../live/series.ts';
import { say } from '../../output/standard-error.ts';
import { keepApart } from '../files-apart.ts';
import { FlagError } from '../flags.ts';

/** What is written besides what is shown. */
export interface WatchOutputs {
  add(line: WatchLine): void;
  /** The summary and the plot. False where something could not be written; that is said. */
  end(points: readonly Point[], summary: WatchSummary): Promise<boolean>;
  /** Nothing is written. */
  close(): void;
}

/** Known to be writable before anything is started. `read` are words that may name files. @throws FileError, FlagError */
export function openWatchOutputs(
  { save, plot }: { save?: string | undefined; plot?: string | undefined },
  read: readonly string[],
): WatchOutputs {
  const drawn = plot === undefined ? null : plotOutput(plot);
  const kept = save === undefined ? null : { ...openOutput(save, { label: `--save ${save}` }), name: save };
  const named = [
    ...(drawn === null ? [] : [{ flag: 'plot', output: drawn }]),
    ...(kept === null ? [] : [{ flag: 'save', output: kept }]),
  ];
  keepApart(named, [{ called: 'the', words: named.length === 0 ? [] : read }]);
  if (kept?.takesStandardOutput)
    throw new FlagError(`--save ${save}: it grows line by line; name a file, or have the lines printed by --json`);
  return new Outputs(save === undefined ? null : new Saved(save, openRecord(save, `--save ${save}`, 'nothing')), drawn);
}

/** @throws FileError, FlagError */
function plotOutput(plot: string): Output {
  const output = { ...openOutput(plot, { label: `--plot ${plot}` }), name: plot };
  if (['.svg', '.html'].includes(path.extname(plot)) && !output.takesStandardOutput) return output;
  throw new FlagError(`--plot ${plot}: no ending that is known; write one of .svg, .html`);
}

/** A file of lines. One that cannot be written any more is said once, and costs nothing else. */
class Saved {
  isComplete = true;
  private isBegun = false;

  constructor(
    private readonly name: string,
    private readonly record: LineRecord,
  ) {}

  add(value: unknown): void {
    if (!this.isComplete) return;
    const why = this.put(jsonLine(value));
    if (why === null) return;
    this.isComplete = false;
    say(`lk: --save ${this.name}: ${why}; nothing more is saved`);
  }

  private put(line: string): string | null {
    if (this.isBegun) return this.record.add(line);
    this.isBegun = true;
    try {
      this.record.begin(line);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  close(): void {
    this.record.close();
  }
}

class Outputs implements WatchOutputs {
  constructor(
    private readonly saved: Saved | null,
    private readonly drawn: Output | null,
  ) {}

  add(line: WatchLine): void {
    this.saved?.add(line);
  }

  close(): void {
    this.saved?.close();
  }

  async end(points: readonly Point[], summary: WatchSummary): Promise<boolean> {
    this.saved?.add(endOf(summary, new Date()));
    this.close();
    const isSaved = this.saved?.isComplete ?? true;
    return (await this.draw(points, summary)) && isSaved;
  }

  private async draw(points: readonly Point[], summary: WatchSummary): Promise<boolean> {
    const { drawn } = this;
    if (drawn === null) return true;
    try {
      const bytes =
        path.extname(drawn.name) === '.svg'
          ? await (await import('../../report/watch/plot.ts')).renderWatchSvg(points, summary)
          : await (await import('../../report/watch/page.ts')).renderWatchHtml(points, summary);
      for (const warning of drawn.write(bytes)) say(warning);
      say(`wrote ${drawn.name}`);
      return true;
    } catch (error) {
      say(`lk: ${(error as Error).message}`);
      return false;
    }
  }
}
