import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { namesIn } from '../bench/conditions/names.ts';
import type { Output } from '../files/output.ts';
import { FlagError } from './flags.ts';

/** An output with the flag that named it. */
interface NamedOutput {
  flag: string;
  output: Output;
}

/** What a command reads or runs, as its message calls it (`--resume`, `the command's`), and the words that may name files. */
export interface Source {
  called: string;
  words: readonly string[];
  /** Outputs that may be what is read: a job may read the dotenv file that is edited. */
  except?: (output: NamedOutput) => boolean;
}

const MOST_PARTS = 10_000;

/**
 * That no output replaces what another writes or what is read: a file named twice would be lost without a word.
 * Pipes, devices and what is only added to may be named twice.
 *
 * @throws FlagError that names both
 */
export function keepApart(outputs: readonly NamedOutput[], sources: readonly Source[]): void {
  const files = outputs.flatMap(({ flag, output }) =>
    output.replaces === null ? [] : [{ flag, output, keys: keysOf(output.replaces) }],
  );
  for (const [index, { flag, output, keys }] of files.entries()) {
    const shown = `--${flag} ${output.name}`;
    const twin = files.slice(index + 1).find((other) => other.keys.some((key) => keys.includes(key)));
    if (twin)
      throw new FlagError(
        `${shown} and --${twin.flag} ${twin.output.name}: one file, of which one would be lost; name another for one`,
      );
    for (const { called, words, except } of sources) {
      if (except?.({ flag, output })) continue;
      const word = partsOf(words).find((part) => keysOf(part).some((key) => keys.includes(key)));
      if (word !== undefined)
        throw new FlagError(`${shown}: also ${called} ${word}, which would be overwritten; name another file`);
    }
  }
}

/** The words, and what of them may be a file's name by itself. */
function partsOf(words: readonly string[]): string[] {
  return words.flatMap((word) => [...namesIn(word)]).slice(0, MOST_PARTS);
}

/** What tells files apart: the path without links, and what stands there; a disk may not tell `A` from `a`. */
function keysOf(name: string): string[] {
  const file = path.resolve(name);
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return [realpathSync.native(file), `${dev}:${ino}`];
  } catch {
    return [file];
  }
}
