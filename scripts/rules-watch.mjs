// Compares the sources of a LensKit that bear on parallelism with those of the releases that are known, by digest, and
// says what changed, file by file: npm run rules:watch -- ENV…
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import { compare } from './rules/compare.mjs';
import { compareVersions, readKnown, writeKnown } from './rules/known.mjs';
import { isRead, sourcesOf } from './rules/sources.mjs';

const USAGE = `usage: npm run rules:watch -- [--against ENV | --learn] ENV...

ENV: a Python, its environment, or a folder with an unpacked release or a checkout of LensKit.
  --against ENV  prints how the sources differ from those of another LensKit, as a unified diff
  --learn        adds the release to those that are known, or replaces what is known of it
  --known FILE   instead of scripts/rules/known-sources.json

Exit status: 0 the same as a known release, 1 something changed, 2 wrong usage.`;

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      against: { type: 'string' },
      known: { type: 'string', default: path.join(import.meta.dirname, 'rules/known-sources.json') },
      learn: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!values.help && positionals.length === 0) throw new Error('name a Python, an environment or a folder');
  if (values.learn && values.against !== undefined) throw new Error('--learn and --against: choose one');
  return { ...values, targets: positionals };
}

function learn(targets, file) {
  const known = readKnown(file);
  for (const target of targets) {
    const { version, files } = sourcesOf(target);
    if (version === null) throw new Error(`${target}: no metadata beside it says which version this is`);
    // Refuses what is no release, before it is written.
    compareVersions(version, version);
    const ours = [...files].filter(([, { counts }]) => counts);
    known.set(version, new Map(ours.map(([name, { digest }]) => [name, digest])));
    console.log(`LensKit ${version}: learned, ${ours.length} files`);
  }
  writeKnown(file, known);
}

/** @returns whether it is the same as a known release */
function watch(target, known, against) {
  const sources = sourcesOf(target);
  const { same, base, own, found, kept } = compare(sources, known);
  const name = `LensKit ${sources.version ?? 'of an unknown version'}`;
  console.log(`${name}, ${sources.folder}`);
  if (found.length === 0) {
    const others = same.length > 1 ? `, as ${same.filter((one) => one !== base).join(', ')}` : '';
    console.log(`  the same as ${base}${others}: ${kept} files`);
    if (!own && sources.version !== null)
      console.log('  not known by its name: --learn it, and raise `newest` in src/rules/generation.ts');
  } else {
    console.log(
      own ? `  not as ${base} was when it was learned` : `  ${base} is the nearest of ${known.size} releases`,
    );
    list(
      'that the rules were read from',
      found.filter(({ name }) => isRead(name)),
    );
    list(
      'elsewhere, of threads and processes',
      found.filter(({ name }) => !isRead(name)),
    );
    console.log(`  ${kept} files are as in ${base}; what to do: CONTRIBUTING.md, "A new release of LensKit"`);
  }
  if (against !== undefined) console.log(patches(sourcesOf(against), sources));
  return found.length === 0;
}

function list(title, found) {
  if (found.length === 0) return;
  console.log(`  ${title}:`);
  const width = Math.max(...found.map(({ name }) => name.length));
  for (const { name, what, as } of found)
    console.log(`    ${what.padEnd(7)}  ${as === null ? name : `${name.padEnd(width)}  as in ${as}`}`);
}

/** The unified diff of every file of either that bears on parallelism. */
function patches(before, after) {
  const names = [...before.files, ...after.files].filter(([, { counts }]) => counts).map(([name]) => name);
  return [...new Set(names)]
    .sort()
    .filter((name) => before.files.get(name)?.digest !== after.files.get(name)?.digest)
    .map((name) => {
      const [from, to] = [before, after].map(({ files }) => files.get(name)?.text ?? '');
      return createTwoFilesPatch(name, name, from, to, before.version ?? '', after.version ?? '');
    })
    .join('\n');
}

try {
  const { targets, against, known: file, learn: learning, help } = options();
  if (help) console.log(USAGE);
  else if (learning) learn(targets, file);
  else {
    const known = readKnown(file);
    if (known.size === 0) throw new Error(`${file}: no release is known`);
    const same = targets.map((target) => watch(target, known, against));
    process.exitCode = same.every(Boolean) ? 0 : 1;
  }
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
