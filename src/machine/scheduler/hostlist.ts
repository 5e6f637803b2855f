/** More nodes than any step or cluster has. */
export const MOST_HOSTS = 65_536;
/** Each further pair of brackets multiplies the names. */
const MOST_BRACKETS = 16;

/**
 * The names that Slurm's list stands for, in its order: `n[1-3,07],gpu2`, `rack[0-1]node[08-10]` (hostlist of
 * src/common/hostlist.c; zeros in front stay). null: it is no such list, or one of more than `most` names.
 */
export function hostsOf(list: string, most: number = MOST_HOSTS): string[] | null {
  const hosts: string[] = [];
  for (const part of partsOf(list)) {
    const names = expanded(part, most - hosts.length);
    if (names === null) return null;
    for (const name of names) hosts.push(name);
  }
  return hosts.length === 0 ? null : hosts;
}

/** At the commas outside of brackets. */
function partsOf(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < list.length; at++) {
    const letter = list.charAt(at);
    if (letter === '[') depth++;
    else if (letter === ']') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(list.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, list.slice(from)];
}

/** One name, or all that its brackets stand for. */
function expanded(part: string, most: number, brackets = 0): string[] | null {
  const open = part.indexOf('[');
  if (open < 0) return part !== '' && !part.includes(']') && most > 0 ? [part] : null;
  const close = part.indexOf(']', open);
  if (close < 0 || brackets === MOST_BRACKETS) return null;
  const numbers = numbersOf(part.slice(open + 1, close), most);
  const rest = part.slice(close + 1);
  const ends = rest === '' ? [''] : expanded(rest, most, brackets + 1);
  if (numbers === null || ends === null || numbers.length * ends.length > most) return null;
  const before = part.slice(0, open);
  return numbers.flatMap((number) => ends.map((end) => `${before}${number}${end}`));
}

/** `1-3,07`. */
function numbersOf(text: string, most: number): string[] | null {
  const numbers: string[] = [];
  for (const range of text.split(',')) {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range) ?? [];
    if (first === undefined || last === undefined) return null;
    const [from, to] = [Number(first), Number(last)];
    if (to < from || numbers.length + to - from >= most) return null;
    for (let number = from; number <= to; number++) numbers.push(String(number).padStart(first.length, '0'));
  }
  return numbers;
}
