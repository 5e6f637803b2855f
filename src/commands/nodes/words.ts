/** What of a flag's class decides how it is written. */
interface Shape {
  readonly [name: string]: { readonly type: string };
}

/** The words of the command line: those of lk, and what is left for srun, in their order. */
export interface Words {
  own: string[];
  rest: string[];
}

/**
 * Tells the flags of lk from those of srun, which are not known here: lk's go by their whole names. `--ray` may stand
 * alone: then Ray is to find the cluster by itself.
 */
export function wordsOf(argv: readonly string[], flags: Shape): Words {
  const own: string[] = [];
  const rest: string[] = [];
  const left = [...argv];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') {
      // Behind it all is srun's.
      rest.push(...left);
      break;
    }
    if (HELP.includes(word)) own.push(word);
    else if (word === '--ray') own.push(`--ray=${isAddress(left[0]) ? left.shift() : FOUND_BY_RAY}`);
    else {
      const equals = word.indexOf('=');
      const name = word.startsWith('--') ? word.slice(2, equals < 0 ? undefined : equals) : '';
      const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
      if (flag === undefined) {
        rest.push(word);
        continue;
      }
      own.push(word);
      const value = equals < 0 && flag.type === 'option' ? left.shift() : undefined;
      if (value !== undefined) own.push(value);
    }
  }
  return { own, rest };
}

/** Ray's own word for it. */
export const FOUND_BY_RAY = 'auto';

const HELP = ['--help', '-h'];

function isAddress(word: string | undefined): boolean {
  return word !== undefined && !word.startsWith('-');
}
