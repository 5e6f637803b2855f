type Named = { readonly [name: string]: unknown };

/** What two sets of named values differ in, in words: `quota: was 1.5, is none`. */
export function differencesOf(was: unknown, is: unknown): string[] {
  const [before, now] = [asNamed(was), asNamed(is)];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => canonical(before[name]) !== canonical(now[name]))
    .map((name) => `${name}: was ${shown(before[name])}, is ${shown(now[name])}`);
}

function asNamed(value: unknown): Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Named) : {};
}

/** The order of keys does not count. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? 'none'
  );
}

const MOST_LETTERS = 200;

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) as string);
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS)}…`;
}
