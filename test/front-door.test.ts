import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from '@oclif/core/parser';
import fc from 'fast-check';
import Doctor from '../src/commands/doctor/doctor.ts';
import Env from '../src/commands/env/env.ts';
import Ps from '../src/commands/ps.ts';
import Run from '../src/commands/run/run-command.ts';
import { READERS } from '../src/commands/values.ts';
import { type CommandTable, type FlagLine, flagsOf as flagsBy } from '../src/front-door.ts';

/** What the build took from the manifest, as the program reads it. */
const tables: { [command: string]: CommandTable } = JSON.parse(
  readFileSync(path.join(__dirname, '../dist/front-door.json'), 'utf8'),
).commands;
const table = tables.doctor as CommandTable;

const flagsOf = (argv: readonly string[], of: CommandTable) => flagsBy(argv, of, READERS);

/** What oclif makes of the same words; null: it refuses them. */
async function byOclif(
  argv: string[],
  flags: NonNullable<Parameters<typeof parse>[1]['flags']>,
): Promise<object | null> {
  try {
    return { ...(await parse([...argv], { flags, strict: true, args: {} })).flags };
  } catch {
    return null;
  }
}

const values = [
  'text',
  'json',
  'github',
  'never',
  'warn',
  'A=1',
  'A=',
  '=',
  '',
  '-',
  '--',
  '-1',
  '-v',
  '4,2',
  'ü',
  'a b',
];
/** Command lines of a command, many of them right. */
function commandLines(names: readonly string[], { flags }: CommandTable): fc.Arbitrary<string[]> {
  const word = fc.oneof(
    fc.constantFrom(...names.map((name) => `--${name}`)),
    fc.constantFrom(...names).chain((name) => fc.constantFrom(...values).map((value) => `--${name}=${value}`)),
    fc.constantFrom(
      ...values,
      '-v',
      '-vv',
      '-h',
      '--help',
      '--no-json',
      '--Json',
      '--constructor',
      '--__proto__',
      'extra',
    ),
    fc.string(),
  );
  const right = fc.constantFrom(...names).chain((name): fc.Arbitrary<string[]> => {
    const { type, options } = flags[name] as FlagLine;
    if (type === 'boolean') return fc.constant([`--${name}`]);
    const values = fc.constantFrom(...(options ?? ['1', '+2', '10s', '65537', 'A=1', 'cpu/', 'x=y=z', 'a b']));
    return values.chain((text) => fc.constantFrom([`--${name}`, text], [`--${name}=${text}`]));
  });
  return fc.oneof(
    fc.array(word, { maxLength: 6 }),
    fc.array(right, { maxLength: 4 }).map((parts) => parts.flat()),
  );
}

test.each(Object.entries({ doctor: Doctor, env: Env, run: Run, ps: Ps }))(
  'what it reads of lk %s, oclif reads alike, and what oclif refuses it leaves to it',
  async (command, { flags }) => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(commandLines(Object.keys(flags), tables[command] as CommandTable), async (argv) => {
        const own = flagsOf(argv, tables[command] as CommandTable);
        if (own === null) return;
        read++;
        expect(own).toEqual(await byOclif(argv, flags));
      }),
      { numRuns: 4000 },
    );
    expect(read).toBeGreaterThan(800);
  },
);

test('it reads what is written most', () => {
  const plain = { format: 'text' };
  expect(flagsOf([], table)).toEqual(plain);
  expect(flagsOf(['--json'], table)).toEqual({ ...plain, json: true });
  expect(flagsOf(['-v', '--env', 'A=1', '--env=B=2', '--cpus', '16'], table)).toEqual({
    ...plain,
    verbose: true,
    env: ['A=1', 'B=2'],
    cpus: 16,
  });
  expect(flagsOf(['--pid', '17', '--for=1.5m', '--jobs', '+1', '--users', '60000'], table)).toEqual({
    ...plain,
    pid: 17,
    for: 90,
    jobs: '+1',
    users: 60_000,
  });
  expect(flagsOf(['--json', '--verbose', '--verbose'], table)).toEqual({ ...plain, json: true, verbose: true });
});

describe('what is oclif’s to refuse or to answer', () => {
  test.each([
    [['--jsn']],
    [['extra']],
    [['--help']],
    [['-h']],
    [['--json', '--format', 'text']],
    [['--format', 'yaml']],
    [['--cpus']],
    [['--cpus', '4', '--cpus', '8']],
    [['--python', '--json']],
    [['--json=1']],
    [['--']],
    [['--constructor', 'x']],
    [['--env', '']],
    [['--cpus', '0']],
    [['--cpus=1e3']],
    [['--for', '2h']],
    [['--pid', '0']],
    [['--users', 'many']],
    [['--jobs', '1.5']],
  ])('%j', (argv) => {
    expect(flagsOf(argv, table)).toBeNull();
  });
});
