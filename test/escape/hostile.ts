import fc from 'fast-check';

/** Text as an enemy writes it: every code point, and what the targets act on more often than chance has it. */
export const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        ...['\u001b[31m', '\u009b2J', '\n', '\r', '\t', '\u202e', '\u200b', '\ufeff', '\ud800', '\u{e0041}'],
        ...['::error title=x::y', '##[error]', '%0A', '`', '```', '$(touch P)', '`touch P`', "'; touch P #"],
        ...['"; touch P #', '\\', '!', '&& touch P', '| touch P', '> P', '<script>', '](javascript:x)'],
        ...['| a | b |', '@user', '=cmd()', 'http://x', 'www.x.y', '# x'],
        ...['a@b.com', '#12', '---', '1. x', '    ', '](', 'set-env name=A::b', '##[', ']', '\u0085::error::'],
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Not written by the pattern that is tested: what Unicode and terminals know. */
export const ACTED_ON =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]|[\u{e0000}-\u{e0fff}]/u;
