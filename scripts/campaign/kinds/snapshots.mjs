import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { hostileText, hugeValue } from '../texts.mjs';
import { doctor } from './asked.mjs';

/** Snapshots as they were taken. */
export const PICTURES = ['healthy', 'quota', 'slurm'].map((name) =>
  JSON.parse(readFileSync(new URL(`../../../docs/pictures/${name}.json`, import.meta.url), 'utf8')),
);

/** Every path within plain data, as lists of keys. */
function paths(value, here = []) {
  if (value === null || typeof value !== 'object') return [here];
  return [here, ...Object.keys(value).flatMap((key) => paths(value[key], [...here, key]))];
}

function other(random) {
  return random.pick([
    () => null,
    () => ({}),
    () => [],
    () => 0,
    () => -1,
    () => 1e308,
    () => 0.5,
    () => true,
    () => '',
    () => hostileText(random),
    () => hostileText(random),
    () => hugeValue(random),
    () => [[[[[]]]]],
    () => ({ threads: {}, valueOf: 1, toString: 1, constructor: {} }),
    () => ({ [hostileText(random)]: hostileText(random) }),
    () => Array.from({ length: random.pick([10, 10_000]) }, (_, i) => i),
    () => 'x'.repeat(random.pick([10, 1_000_000])),
  ])();
}

/** A copy of plain data with some of its parts changed. */
export function mutated(random, original) {
  const copy = structuredClone(original);
  for (let i = random.int(1, 3); i > 0; i--) {
    const all = paths(copy);
    const at = random.pick(all);
    if (at.length === 0) continue;
    const holder = at.slice(0, -1).reduce((value, key) => value[key], copy);
    const key = at.at(-1);
    const way = random.int(0, 9);
    if (way === 0) delete holder[key];
    else if (way === 1 && !Array.isArray(holder)) holder[hostileText(random)] = other(random);
    else if (way <= 3 && Array.isArray(holder)) holder.push(other(random));
    else holder[key] = other(random);
  }
  return copy;
}

/** Texts which are not what a snapshot is written as. */
export function broken(random, text) {
  return random.pick([
    () => Buffer.from(text.slice(0, random.int(0, text.length))),
    () => Buffer.from('['.repeat(100_000)),
    () => Buffer.from(`{"a":`.repeat(50_000)),
    () => Buffer.from(`${text.slice(0, 300)}${hostileText(random)}${text.slice(300)}`),
    () => random.bytes(200),
    () => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(text.replace('{', '{"__proto__": {"facts": 1}, ')),
  ])();
}

/** Snapshots that somebody else wrote, from files, pipes and what is neither. */
export const snapshots = {
  needs: ['mkfifo'],
  make(random, scratch) {
    const file = `${scratch.work}/snapshot.json`;
    const stranger = strangeSource(random, scratch, file);
    if (stranger) return doctor(random, ['--from', file], { stdin: Buffer.alloc(0) });
    const text = JSON.stringify(mutated(random, random.pick(PICTURES)), null, random.pick([0, 2]));
    const bytes = random.chance(0.15) ? broken(random, text) : Buffer.from(text);
    if (random.chance(0.1)) return doctor(random, ['--from', random.pick(['-', '/dev/stdin'])], { stdin: bytes });
    writeFileSync(file, bytes);
    return doctor(random, ['--from', file]);
  },
};

/** Puts something in the file's place that is no snapshot, sometimes. */
export function strangeSource(random, scratch, file) {
  if (!random.chance(0.08)) return false;
  random.pick([
    () => spawnSync('mkfifo', [file]),
    () => symlinkSync('snapshot.json', file),
    () =>
      symlinkSync(
        random.pick(['/dev/zero', '/dev/full', '/dev/tty', '/proc/kmsg', '/', '/proc/self/mem', '/dev/ptmx']),
        file,
      ),
    () => {
      writeFileSync(file, '{');
      truncateSync(file, random.pick([1e6, 3e8, 2 ** 40]));
    },
    () =>
      writeFileSync(
        file,
        `{"kind":"lenskit-doctor snapshot","schemaVersion":1,"question":{"params":{"threads":[${'1,'.repeat(5e6)}1]}}}`,
      ),
    () => writeFileSync(file, JSON.stringify(manyParts(random))),
    () => spawnSync('mkdir', [`${scratch.work}/snapshot.json`]),
  ])();
  return true;
}

/** A snapshot with one list of millions of parts. */
function manyParts(random) {
  const copy = structuredClone(PICTURES[1]);
  const [holder, key] = random.pick([
    [copy.facts.cpus, 'quotas'],
    [copy.facts.machine, 'surroundings'],
    [copy.facts.python, 'pools'],
    [copy.facts, 'settings'],
    [copy.question.params, 'threads'],
  ]);
  const part = Array.isArray(holder[key]) ? (holder[key][0] ?? 1) : 1;
  holder[key] = Array.from({ length: 200_000 }, () => part);
  return copy;
}
