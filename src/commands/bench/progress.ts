import type { Progress } from '../../documents/bench-progress.ts';
import { eachText } from '../../escape/texts.ts';
import { visible } from '../../escape/visible.ts';
import { say } from '../../output/standard-error.ts';
import { guardStandardError } from '../../output/streams.ts';
import { canRedraw, terminal } from '../../output/terminal.ts';
import { progressLine, timeLeft } from '../../report/bench/progress.ts';
import { duration } from '../../report/bench/words.ts';

/** Says what is going on while a benchmark runs, on standard error. */
export interface ProgressView {
  update(progress: Progress): void;
  end(): void;
}

export const SILENT: ProgressView = { update: () => {}, end: () => {} };

/** A line that follows what happens where a person looks on; elsewhere, and beside what others write, a line for each thing worth one. */
export async function progressView(stream: NodeJS.WriteStream, alone: boolean): Promise<ProgressView> {
  return alone && canRedraw(stream) ? spinner(stream) : plainLines();
}

async function spinner(stream: NodeJS.WriteStream): Promise<ProgressView> {
  const { default: ora } = await import('ora');
  guardStandardError();
  // The user's Ctrl-C is for this program, which prints what it has found by then.
  const color = terminal(stream).color ? 'cyan' : false;
  const view = ora({ stream, color, discardStdin: false, hideCursor: false, text: '' });
  let latest: { progress: Progress; at: number } | null = null;
  const draw = (): void => {
    if (latest === null) return;
    const since = (performance.now() - latest.at) / 1000;
    view.text = progressLine(eachText(latest.progress, visible, visible), since, (stream.columns || 80) - 3);
  };
  const timer = setInterval(draw, 250);
  return {
    update(progress) {
      latest = { progress, at: performance.now() };
      draw();
      if (!view.isSpinning) view.start();
    },
    end() {
      clearInterval(timer);
      view.stop();
    },
  };
}

function plainLines(): ProgressView {
  let phase: string | null = null;
  let leader: string | null = null;
  return {
    update(progress) {
      if (progress.phase !== phase) {
        phase = progress.phase;
        const { leftSeconds } = progress;
        say(`${phase}: ${progress.doing}${leftSeconds === null ? '' : ` · about ${timeLeft(leftSeconds)} left`}`);
      }
      if (progress.leader !== null && progress.leader.label !== leader) {
        leader = progress.leader.label;
        say(`run ${progress.runs}: ${leader} leads with ${duration(progress.leader.median)}`);
      }
    },
    end() {},
  };
}
