import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { anyValue, hostileText } from '../texts.mjs';
import { doctor } from './asked.mjs';

const DOCUMENT = `# settings
[parallel]
num_threads = 4
num_procs = 2
num_backend_threads = [2, 1]
use_ray = false

[random]
seed = "a\\tb"

[tuning]
jobs = 2
points = 1_000
when = 1979-05-27T07:32:00Z
text = """
two
lines"""
table = { a = 1, "b c" = [1.5, inf] }
[[list]]
x = 'y'
`;
const PIECES = [
  '[',
  ']',
  '[[',
  ']]',
  '{',
  '}',
  '=',
  '#',
  '_',
  '"',
  "'",
  '"""',
  "'''",
  '\n',
  ',',
  '.',
  '\\',
  '\\u',
  '0x',
  '1e',
  '+',
  '-',
  'inf',
  'nan',
  's=[_#',
  'a.b=',
  '\r',
  '\0',
  'true',
  '1979-05-27',
  ':',
];
const VALUES = [
  '4',
  '"4"',
  '[4,2]',
  '-1',
  '0',
  '1_0',
  '0x10',
  '1e3',
  'true',
  '[]',
  '{}',
  '[[[[]]]]',
  '""',
  'inf',
  '9'.repeat(50),
];
const KEYS = [
  'num_threads',
  'num_procs',
  'num_backend_threads',
  'num_cpus',
  'num_batch_jobs',
  'use_ray',
  '"\\u001b[31m"',
  'x.y.z',
  '"; touch P #"',
];

function document(random) {
  return random.pick([
    () => Buffer.from(Array.from({ length: random.int(1, 12) }, () => random.pick(PIECES)).join('')),
    () => Buffer.from(DOCUMENT.slice(0, random.int(0, DOCUMENT.length)) + random.pick(PIECES)),
    () => splice(random, DOCUMENT),
    () => splice(random, DOCUMENT),
    () =>
      Buffer.from(
        `[parallel]\n${random
          .some(KEYS, 3)
          .map((key) => `${key} = ${random.pick(VALUES)}`)
          .join('\n')}\n`,
      ),
    () => Buffer.from(`[parallel]\nnum_threads = ${JSON.stringify(anyValue(random))}\n`),
    () =>
      Buffer.from(
        `[${JSON.stringify(hostileText(random))}]\n${JSON.stringify(hostileText(random))} = ${JSON.stringify(hostileText(random))}\n`,
      ),
    () => Buffer.from(`x = ${random.pick(['[', '{a=']).repeat(100_000)}`),
    () => Buffer.from(`${Array.from({ length: 20_000 }, (_, i) => `a${i}.b = ${i}`).join('\n')}\n`),
    () => Buffer.from(`a = "${'\\'.repeat(99_999)}`),
    () => random.bytes(random.int(1, 100)),
  ])();
}

function splice(random, text) {
  let bytes = Buffer.from(text);
  for (let i = random.int(1, 6); i > 0; i--) {
    const at = random.int(0, bytes.length);
    const put = random.chance(0.3) ? random.bytes(1) : Buffer.from(random.pick(PIECES));
    bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + random.int(0, 3))]);
  }
  return bytes;
}

/** Settings files: random, mutated, huge, and such as are no file. */
export const toml = {
  make(random, scratch) {
    for (const name of random.some(['lenskit.toml', 'lenskit.local.toml'], random.int(1, 2))) {
      const file = `${scratch.work}/${name}`;
      const way = random.int(0, 24);
      if (way === 0) mkdirSync(file);
      else if (way === 1) symlinkSync(random.pick([name, '/dev/zero', '/dev/tty', '/nonexistent']), file);
      else writeFileSync(file, document(random), { mode: random.chance(0.05) ? 0 : 0o644 });
    }
    const flags = ['--lenskit', random.pick(['2025.3.0', '2025.8.1', '2026.1.0', '2026.4.0'])];
    return doctor(random, flags, { unprivileged: random.chance(0.2) });
  },
};
