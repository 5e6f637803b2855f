import { grouped } from '../../escape/grouped.ts';
import { guardStandardError } from '../../output/streams.ts';

/** Says on standard error how far a long comparison is. */
interface Progress {
  /** So many have been looked at. */
  at(done: number): void;
  end(): void;
}

/** Fewer are done before a line could be read. */
const MANY = 100;

/** A line where a person looks on; elsewhere nothing. */
export async function progressOf(total: number, stream: NodeJS.WriteStream): Promise<Progress> {
  // A terminal that does not know its width has lines without an end to ora.
  const follows = stream.isTTY && stream.columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
  if (total < MANY || !follows) return { at: () => {}, end: () => {} };
  const { default: ora } = await import('ora');
  guardStandardError();
  const text = (done: number): string => `${grouped(done)} of ${grouped(total)} machines`.slice(0, stream.columns - 3);
  const view = ora({ stream, discardStdin: false, hideCursor: false, text: text(0) }).start();
  return {
    at(done) {
      view.text = text(done);
    },
    end() {
      view.stop();
    },
  };
}
