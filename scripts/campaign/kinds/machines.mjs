import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostileName, hostileText, hugeValue } from '../texts.mjs';
import { broken, mutated, PICTURES, strangeSource } from './snapshots.mjs';

const WAYS = [{ args: [] }, { args: ['--json'], json: 'compare' }, { args: ['--format', 'markdown'] }];
const VERSIONS = ['0.14.4', '2025.2.0', '2025.8.1', '2026.1.0', '2026.4.0'];
/** From so many files on they are read in threads. */
const MANY = 160;

/** `lk compare`, in one of its formats. */
function compare(random, args, rest = {}) {
  const way = random.pick(WAYS);
  return { ...way, ...rest, args: ['compare', ...way.args, ...args] };
}

/** What is compared: snapshots and reports that somebody else wrote, under any name, among what is neither. */
export const machines = {
  needs: ['mkfifo'],
  make(random, scratch) {
    const folder = `${scratch.work}/nodes`;
    mkdirSync(folder);
    const isMany = random.chance(0.05);
    const count = isMany ? MANY : random.int(1, 6);
    for (let at = 0; at < count; at++) {
      const text = isMany && random.chance(0.9) ? random.pick(PLAIN) : machineText(random, random.pick(PICTURES));
      writeFileSync(named(random, folder, at), text);
    }
    if (random.chance(0.3)) strangers(random, folder);
    const unprivileged = random.chance(0.2);
    if (random.chance(0.25)) return withReport(random, scratch, folder);
    const stdin = Buffer.from(machineText(random, random.pick(PICTURES)));
    return compare(random, [...asked(random), ...random.pick(NAMES)(scratch.work, random)], { stdin, unprivileged });
  },
};

const PLAIN = PICTURES.map((picture) => JSON.stringify(picture));

/** Ways to name what is there. */
const NAMES = [
  () => ['nodes'],
  () => ['nodes', '.'],
  () => ['nodes/*.json'],
  () => ['nodes/**', '-'],
  () => ['-', '.'],
  (work) => [`${work}/nodes`, `${work}/nodes/../nodes`],
  (work, random) => {
    const file = `${work}/one.json`;
    if (!strangeSource(random, { work }, file)) writeFileSync(file, machineText(random, random.pick(PICTURES)));
    return [file, random.pick(['.', '-', 'nodes', file])];
  },
  (_, random) => [hostileText(random), random.pick(['.', 'nodes', hostileText(random)])],
  (_, random) => [`${'{a,'.repeat(random.pick([3, 300]))}*${'**/'.repeat(random.pick([2, 200]))}`, '.'],
];

function machineText(random, picture) {
  const text = JSON.stringify(random.chance(0.7) ? mutated(random, picture) : renamed(random, picture));
  return random.chance(0.1) ? broken(random, text) : text;
}

/** A host's name is what its snapshot says. */
function renamed(random, picture) {
  return { ...picture, host: random.chance(0.8) ? hostileText(random) : hugeValue(random) };
}

function named(random, folder, at) {
  const base = random.chance(0.5) ? hostileName(random).subarray(0, 240) : Buffer.from('node');
  return Buffer.concat([Buffer.from(`${folder}/`), base, Buffer.from(`-${at}.json`)]);
}

/** What has the name of a snapshot and is none. */
function strangers(random, folder) {
  random.pick([
    () => spawnSync('mkfifo', [`${folder}/pipe.json`]),
    () => mkdirSync(`${folder}/folder.json`),
    () => symlinkSync('.', `${folder}/loop`),
    () => symlinkSync('loop.json', `${folder}/loop.json`),
    () => symlinkSync(random.pick(['/dev/zero', '/proc/kmsg', '/dev/tty', '/proc/self/mem', '/']), `${folder}/a.json`),
    () => {
      writeFileSync(`${folder}/closed.json`, '{}');
      chmodSync(`${folder}/closed.json`, 0);
    },
  ])();
}

function asked(random) {
  if (random.chance(0.5)) return [];
  return random.pick([
    () => ['--lenskit', random.pick(VERSIONS)],
    () => random.some(VERSIONS, 2).flatMap((version) => ['--lenskit', version]),
    () => ['--lenskit', hostileText(random)],
    () => ['--cpus', random.pick(['1', '64', hugeValue(random)])],
    () => ['--env', `LK_NUM_THREADS=${hostileText(random)}`],
    () => ['--fail-on', random.pick(['warn', 'never', hostileText(random)])],
  ])();
}

/** A report of the program's own, changed by somebody. */
function withReport(random, scratch, folder) {
  const file = `${scratch.work}/picture.json`;
  writeFileSync(file, JSON.stringify(random.pick(PICTURES)));
  let report = '{}';
  const first = {
    args: ['doctor', '--json', '--from', file],
    json: 'doctor',
    also: ({ stdout }) => {
      report = stdout.toString();
      return {};
    },
  };
  const before = () => {
    const text = JSON.stringify(mutated(random, JSON.parse(report)));
    writeFileSync(`${folder}/report.json`, random.chance(0.1) ? broken(random, text) : text);
  };
  return [
    first,
    compare(random, random.pick([['nodes'], ['nodes/report.json', file], ['nodes/report.json', '.']]), { before }),
  ];
}
