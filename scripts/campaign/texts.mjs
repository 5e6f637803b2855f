/** The file that a line to paste would make, if the line were obeyed. */
export const PASTED = 'P-was-touched';

/** What a terminal acts on. */
const CONTROLS = ['\x1b[31m', '\x1b]0;title\x07', '\x1b[2J', '\r', '\b', '\x07', '\x7f', '\x85', '\x9b31m', '\v', '\f'];
const UNSEEN = ['\u202e', '\u2066', '\u200b', '\u200f', '\u2028', '\ufeff', '\u061c', '\u2060'];
const COMMANDS = [
  '\n::error title=obeyed::obeyed\n',
  '\n  ::warning::obeyed',
  '\r::notice::obeyed',
  ' ##[error]obeyed',
  '\n::add-mask::1\n',
  '\n::stop-commands::x\n',
];
const PASTES = [
  `; touch ${PASTED} #`,
  `$(touch ${PASTED})`,
  `\`touch ${PASTED}\``,
  `'; touch ${PASTED}; '`,
  `"; touch ${PASTED}; "`,
  `\ntouch ${PASTED}\n`,
  `& touch ${PASTED} &`,
  `| touch ${PASTED}`,
];
const PLAIN = [
  '4',
  '2,1',
  'x',
  '',
  ' ',
  'lib',
  'é',
  '漢字',
  '😀',
  '|',
  '<b>',
  '<!--',
  '"',
  "'",
  '\\',
  '%0A',
  '`',
  '*',
  '[a](b)',
];

/** A text that is meant to hurt where it is printed or pasted. Never holds NUL, which no variable or name can. */
export function hostileText(random) {
  const parts = Array.from({ length: random.int(1, 4) }, () =>
    random.pick(random.pick([CONTROLS, UNSEEN, COMMANDS, PASTES, PLAIN, PLAIN])),
  );
  return parts.join(random.pick(['', 'a', ' ']));
}

/** The same for the name of a file: no slash, at most 255 bytes, sometimes not UTF-8. */
export function hostileName(random) {
  const text = Buffer.from(`n${hostileText(random).replaceAll('/', '_')}`);
  const bytes = random.chance(0.2) ? Buffer.concat([text, Buffer.from([0xff, 0xc3, 0x28, 0x9b])]) : text;
  if (random.chance(0.1))
    return Buffer.concat([bytes, Buffer.alloc(255 - Math.min(bytes.length, 200), 'L')]).subarray(0, 255);
  return bytes.subarray(0, 255);
}

/** Values that make readers of numbers slow or wrong: quadratic patterns, huge digits, huge texts. */
export function hugeValue(random) {
  const many = random.pick([1000, 30_000, 100_000]);
  return random.pick([
    () => `1${' '.repeat(many)}1`,
    () => '9'.repeat(many),
    () => `${'1,'.repeat(many / 2)}1`,
    () => `[${'['.repeat(many)}`,
    () => `{"a":${'['.repeat(many)}`,
    () => '-'.repeat(many),
    () => `1e${'9'.repeat(20)}`,
    () => `${'_1'.repeat(many / 2)}`,
    () => ' '.repeat(many),
    () => `${'a'.repeat(many)}!`,
    () => `1:4:${'0'.repeat(many)}`,
    () => '\t\n'.repeat(many / 2),
  ])();
}

/** Any value of a variable. */
export function anyValue(random) {
  if (random.chance(0.25)) return hugeValue(random);
  if (random.chance(0.6)) return hostileText(random);
  return random.pick([
    '0',
    '-1',
    '1',
    '2',
    '4,2',
    '1e3',
    'nan',
    'true',
    '０',
    '+4',
    '1_000',
    '0x10',
    '{}',
    '[1]',
    'null',
    '0-3,7',
    '1.5',
  ]);
}
