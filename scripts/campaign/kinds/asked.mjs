/** Ways to ask for a report, each with what its standard output has to be. */
const DOCTOR = [
  { args: [] },
  { args: ['--verbose'] },
  { args: ['--json'], json: 'doctor' },
  { args: ['--json', '--verbose'], json: 'doctor' },
  { args: ['--format', 'markdown'] },
  { args: ['--format', 'github'], github: true },
];

/** `lk doctor`, in one of its formats. */
export function doctor(random, args = [], rest = {}) {
  const way = random.pick(DOCTOR);
  return { ...way, ...rest, args: ['doctor', ...way.args, ...args] };
}

const SCRIPT = [
  { args: [] },
  { args: ['--verbose'] },
  { args: ['--json'], json: 'script' },
  { args: ['--format', 'sarif'] },
  { args: ['--format', 'github'], github: true },
];

/** `lk check script`, in one of its formats. */
export function checkScript(random, args, rest = {}) {
  const way = random.pick(SCRIPT);
  return { ...way, ...rest, args: ['check', 'script', ...way.args, ...args] };
}

/** Where nothing was asked wrongly, there is an answer; 2 would say that the machine is to blame. */
export const ANSWERS = [0, 1];

/** What a small measurement may take, beside what every command has (ms). */
export const MEASURING = 6000;
const SMALL = [
  '--budget',
  '2s',
  '--timeout',
  '1s',
  '--lenskit',
  '2025.8.1',
  '--runs',
  '1',
  '--warmup',
  '0',
  '--threads',
  '1',
  '--backend-threads',
  '1',
];

const BENCH = [
  { args: [] },
  { args: ['--verbose'] },
  { args: ['--quiet'] },
  { args: ['--json'], json: 'bench' },
  { args: ['--format', 'shell'], pasted: true },
  { args: ['--format', 'dotenv'] },
  { args: ['--format', 'github'] },
  { args: ['--format', 'docker'] },
];

/** `lk bench batch` of a command, with so small a budget that a case takes seconds. */
export function bench(random, flags, command, rest = {}) {
  const way = random.pick(BENCH);
  const args = [
    'bench',
    'batch',
    ...SMALL,
    '--max-trials',
    String(random.int(1, 3)),
    ...way.args,
    ...flags,
    '--',
    ...command,
  ];
  return { within: MEASURING, ...way, ...rest, args };
}
