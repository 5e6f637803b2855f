/**
 * Lines of a file that GitHub's runner reads when a step ends (`GITHUB_OUTPUT`, `GITHUB_ENV`; actions/runner,
 * `FileCommandManager.cs`): `name=value`, and where a value has several lines, or what nobody should have to think about, `name<<delimiter`, the
 * value and the delimiter. No value can end itself, nor set anything else.
 *
 * @param delimiter nobody can foresee it; made up anew for each file
 * @throws RangeError where a value holds the delimiter
 */
export function outputLines(values: readonly (readonly [name: string, value: string])[], delimiter: string): string {
  return values
    .map(([name, value]) => {
      if (PLAIN.test(value)) return `${name}=${value}\n`;
      if (value.includes(delimiter)) throw new RangeError(`${name} holds the delimiter`);
      return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
    })
    .join('');
}

/** Versions, numbers and words; `<<` begins another form. */
const PLAIN = /^[\w.+:,-]{0,200}$/;
