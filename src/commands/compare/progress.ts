import { grouped } from '../../escape/grouped.ts';
import { guardStandardError } from '../../output/streams.ts';
import { canRedraw, terminal } from '../../output/terminal.ts';

/** Says on standard error how far a long comparison is. */
interface Progress {
  /** So many have been looked at. */
  at(done: number): void;
  end(): void;
}

/** A line where a person looks on; elsewhere nothing. */
export async function progressOf(total: number, stream: NodeJS.WriteStream): Promise<Progress> {
  if (!canRedraw(stream)) return { at: () => {}, end: () => {} };
  const { default: ora } = await import('ora');
  guardStandardError();
  const text = (done: number): string => `${grouped(done)} of ${grouped(total)} machines`.slice(0, stream.columns - 3);
  const color = terminal(stream).color ? 'cyan' : false;
  const view = ora({ stream, color, discardStdin: false, hideCursor: false, text: text(0) }).start();
  return {
    at(done) {
      view.text = text(done);
    },
    end() {
      view.stop();
    },
  };
}
