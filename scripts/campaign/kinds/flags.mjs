import { hostileText, hugeValue } from '../texts.mjs';
import { MEASURING } from './asked.mjs';

const OPTIONS = {
  doctor: [
    ...['--json', '--verbose', '--probe', '--help', '--version', '--nonsense', '--no-json'],
    ...[
      '--format',
      '--fail-on',
      '--only',
      '--skip',
      '--lenskit',
      '--cpus',
      '--env',
      '--unset',
      '--processes',
      '--threads',
      '--users',
      '--model',
    ],
    ...['--bench', '--backend-threads', '--child-threads', '--python', '--script', '--sysroot', '--from'],
  ],
  'check script': [
    '--json',
    '--verbose',
    '--dry-run',
    '--help',
    '--format',
    '--fail-on',
    '--lenskit',
    '--python',
    '--nonsense',
  ],
  'bench batch': [
    ...[
      '--json',
      '--quiet',
      '--verbose',
      '--help',
      '--format',
      '--compare',
      '--backend-threads',
      '--max-oversubscription',
    ],
    ...[
      '--processes',
      '--threads',
      '--search',
      '--seed',
      '--warmup',
      '--engine',
      '--for-users',
      '--lenskit',
      '--model',
      '--python',
      '--task',
    ],
  ],
  explain: ['--json', '--help', '--nonsense'],
};
const ALONE = new Set([
  '--json',
  '--verbose',
  '--probe',
  '--help',
  '--version',
  '--nonsense',
  '--no-json',
  '--dry-run',
  '--quiet',
]);
const VALUES = [
  ...[
    '',
    '0',
    '1',
    '4,2',
    '-1',
    '1e999',
    '9'.repeat(400),
    'json',
    'text',
    'github',
    'markdown',
    'fail',
    'never',
    '2025.8.1',
    '2026.1',
    'implicit-mf',
    'ItemKNNScorer',
  ],
  ...[
    '0.9',
    'cpu',
    'cpu/quota-ignored',
    'LK_NUM_PROCS=2',
    'LK_NUM_PROCS',
    '/',
    '.',
    '/dev/null',
    '/proc/self/mem',
    '/nonexistent/x',
    '-',
  ],
];

function value(random) {
  if (random.chance(0.1)) return hugeValue(random).slice(0, 100_000);
  return random.chance(0.4) ? hostileText(random) : random.pick(VALUES);
}

/** Wrong, repeated, contradicting and huge flags, and commands that are none. */
export const flags = {
  make(random) {
    const command = random.chance(0.1) ? hostileText(random) : random.pick(Object.keys(OPTIONS));
    const options = OPTIONS[command] ?? ['--json', '--help'];
    const args = random
      .some(options, random.int(0, 4))
      .flatMap((option) => (ALONE.has(option) ? [option] : [option, value(random)]));
    const operand = value(random);
    // Looking at every script of a disk takes as long as it takes.
    const isWholeDisk = command === 'check script' && operand === '/';
    const operands = random.chance(command === 'doctor' ? 0.1 : 0.6) && !isWholeDisk ? [operand] : [];
    const limits =
      command === 'bench batch' ? ['--budget', '1s', '--timeout', '1s', '--max-trials', '1', '--', 'true'] : [];
    const schema = { doctor: 'doctor', 'check script': 'script', 'bench batch': 'bench' }[command];
    const asksHelp = args.includes('--help') || args.includes('--version');
    return {
      args: [...(command in OPTIONS ? command.split(' ') : [command]), ...args, ...operands, ...limits],
      stdin: Buffer.alloc(0),
      within: command === 'bench batch' || args.includes('--probe') ? MEASURING : 0,
      ...(schema && args[0] === '--json' && !asksHelp ? { json: schema } : {}),
      ...(args.includes('github') ? { github: true } : {}),
    };
  },
};
