/**
 * `1,000,000`: a whole number with its thousands apart. `toLocaleString` says the same, and loads tables of all languages
 * first, which takes as long as everything else that `lk doctor` does.
 */
export function grouped(count: number): string {
  const digits = String(Math.round(count));
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups.join(',');
}
