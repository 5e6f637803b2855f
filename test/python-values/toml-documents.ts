import fc from 'fast-check';

/** Random TOML documents: by the grammar, so that most of them are right and names meet again, and mutated. */

const name = fc.constantFrom(
  'a',
  'b',
  'c',
  '"a"',
  "'b'",
  '"\\u0061"',
  '""',
  '0',
  '1-2_x',
  '"x.y"',
  "'\\'",
  '__proto__',
);
const blank = fc.constantFrom('', '', ' ', '\t');
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', ' # comment\n', '\n\n', '\t\n');
const key = fc
  .array(
    fc.tuple(blank, name, blank).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join('.').trim());

const word = fc.string({
  unit: fc.constantFrom(
    'x',
    ' ',
    '"',
    "'",
    '\\',
    '\n',
    '\t',
    'é',
    '😀',
    '\\n',
    '\\u00e9',
    '\\U0001F600',
    '\\ud800',
    '\\e',
    '\\\n  ',
    '\r',
    '\x7f',
    '#',
  ),
  maxLength: 6,
});
const digits = fc.string({ unit: fc.constantFrom('0', '1', '9', '_', '7', 'f'), minLength: 1, maxLength: 8 });
const two = fc.constantFrom('00', '01', '02', '12', '13', '23', '24', '29', '30', '31', '59', '60', '7');
const date: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('2020', '2021', '1900', '2000', '0000', '9999', '99'), two, two)
  .map((parts) => parts.join('-'));
const time: fc.Arbitrary<string> = fc
  .tuple(
    fc.tuple(two, two, two).map((parts) => parts.join(':')),
    fc.constantFrom('', '', '.5', '.000000', '.1234567', '.'),
  )
  .map((parts) => parts.join(''));
const offset: fc.Arbitrary<string> = fc.constantFrom('', 'Z', 'z', '+01:00', '-00:00', '-12:30', '+24:00', '+1:00');

const scalar = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    'True',
    'inf',
    '-inf',
    '+nan',
    'nan',
    '0',
    '-0',
    '+1',
    '1.5',
    '1e9',
    '1E-3',
    '1_0.0_1e+0_2',
    '.5',
    '5.',
    '01',
    '1e400',
    '0x1F',
    '0b101',
    '0o17',
    '+0x1',
    '-17',
    '1979-05-27 07:32',
  ),
  fc.tuple(fc.constantFrom('', '+', '-', '0x', '0b', '0o', '1.', '1e'), digits).map((parts) => parts.join('')),
  fc.bigInt().map(String),
  fc.double().map(String),
  word.map((text) => `"${text}"`),
  word.map((text) => `'${text}'`),
  word.map((text) => `"""${text}"""`),
  word.map((text) => `'''${text}'''`),
  date,
  time,
  fc.tuple(date, fc.constantFrom('T', 't', ' '), time, offset).map((parts) => parts.join('')),
);

const gap = fc.constantFrom('', ' ', '\n', ' # note\n', '\t\n ');
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .tuple(
        fc.array(
          fc.tuple(gap, tie('value'), gap).map((parts) => parts.join('')),
          { maxLength: 4 },
        ),
        gap,
        fc.constantFrom('', ',', ',,'),
      )
      .map(([items, end, comma]) => `[${items.join(',')}${items.length > 0 ? comma : ''}${end}]`),
    fc
      .tuple(
        fc.array(
          fc.tuple(blank, key, blank, fc.constant('='), blank, tie('value'), blank).map((parts) => parts.join('')),
          { maxLength: 3 },
        ),
        fc.constantFrom('', '', '', ','),
      )
      .map(([items, comma]) => `{${items.join(',')}${comma}}`),
  ),
}));

const statement = fc.oneof(
  fc.tuple(key, blank, fc.constant('='), blank, value).map((parts) => parts.join('')),
  fc.tuple(blank, key, blank).map((parts) => `[${parts.join('')}]`),
  fc.tuple(blank, key, blank).map((parts) => `[[${parts.join('')}]]`),
  fc.constantFrom('', '# comment', '#\x01'),
);

const written = fc
  .array(
    fc.tuple(blank, statement, lineEnd).map((parts) => parts.join('')),
    { maxLength: 8 },
  )
  .map((lines) => lines.join(''));

const piece = fc.constantFrom(
  '"',
  "'",
  '"""',
  "'''",
  '[',
  ']',
  '[[',
  '{',
  '}',
  '=',
  '.',
  ',',
  '#',
  '\n',
  '\r',
  ' ',
  '\\',
  '_',
  '-',
  '+',
  '0',
  'e',
  'a',
  'T',
  ':',
  '\0',
  '\ufeff',
  '\u0085',
  'é',
);
const edit = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.oneof(piece, fc.constant('')) });

const mutated = fc.tuple(written, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([text, edits]) =>
  edits.reduce((now, { at, remove, insert }) => {
    const place = now.length === 0 ? 0 : at % now.length;
    return now.slice(0, place) + insert + now.slice(place + remove);
  }, text),
);

/** What an edit cut a surrogate pair into cannot stand in a file that is UTF-8. */
export const tomlDocument = fc
  .oneof(
    { weight: 3, arbitrary: written },
    { weight: 3, arbitrary: mutated },
    { weight: 1, arbitrary: fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')) },
  )
  .map((text) => Buffer.from(text, 'utf8').toString('utf8'));
