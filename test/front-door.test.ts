import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from '@oclif/core/parser';
import fc from 'fast-check';
import Doctor from '../src/commands/doctor/doctor.ts';
import { type CommandTable, type FlagLine, flagsOf } from '../src/front-door.ts';

/** The manifest of the build, as the program reads it. */
const table: CommandTable = JSON.parse(readFileSync(path.join(__dirname, '../oclif.manifest.json'), 'utf8')).commands
  .doctor;

/** What oclif makes of the same words; null: it refuses them. */
async function byOclif(argv: string[]): Promise<object | null> {
  try {
    const { flags } = await parse([...argv], { flags: Doctor.flags, strict: true, args: {} });
    return { ...flags };
  } catch {
    return null;
  }
}

const names = Object.keys(Doctor.flags);
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
/** A flag with a value that suits it, so that many command lines are right. */
const right = fc.constantFrom(...names).chain((name): fc.Arbitrary<string[]> => {
  const { type, options } = table.flags[name] as FlagLine;
  if (type === 'boolean') return fc.constant([`--${name}`]);
  const values = fc.constantFrom(...(options ?? ['1', 'A=1', 'cpu/', 'x=y=z', 'a b']));
  return values.chain((text) => fc.constantFrom([`--${name}`, text], [`--${name}=${text}`]));
});
const commandLine = fc.oneof(
  fc.array(word, { maxLength: 6 }),
  fc.array(right, { maxLength: 4 }).map((parts) => parts.flat()),
);

test('what it reads, oclif reads alike', async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(commandLine, async (argv) => {
      const own = flagsOf(argv, table);
      if (own === null) return;
      read++;
      expect(own).toEqual(await byOclif(argv));
    }),
    { numRuns: 4000 },
  );
  expect(read).toBeGreaterThan(800);
});

test('it reads what is written most', () => {
  const plain = { format: 'text' };
  expect(flagsOf([], table)).toEqual(plain);
  expect(flagsOf(['--json'], table)).toEqual({ ...plain, json: true });
  expect(flagsOf(['-v', '--env', 'A=1', '--env=B=2', '--cpus', '16'], table)).toEqual({
    ...plain,
    verbose: true,
    env: ['A=1', 'B=2'],
    cpus: '16',
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
  ])('%j', (argv) => {
    expect(flagsOf(argv, table)).toBeNull();
  });
});
