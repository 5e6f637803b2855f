import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const CAMPAIGN = path.resolve(__dirname, '../../scripts/campaign.mjs');
const onLinux = process.platform === 'linux' ? test : test.skip;

/** Everything that a program may do wrong at once, where it stands in the place of `lk`. */
const BAD = `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const attempt = (what) => { try { what(); } catch {} };
if (!process.argv.includes('doctor')) {
  attempt(() => fs.rmSync('user-data.bin'));
  attempt(() => fs.rmSync('/dev/shm/lkc-' + process.env.CAMPAIGN_CASE + '-user0'));
}
fs.writeFileSync(process.env.TMPDIR + '/left', '');
fs.writeFileSync('beside', '\\x1b[31m ' + process.env.LK_TOKEN);
spawn('sleep', ['20'], { stdio: 'ignore', detached: true }).unref();
console.log('\\x1b[31mred ' + process.env.LK_TOKEN);
console.log('::error title=x::obeyed');
console.log('  fix   export A=1; touch P');
console.error('(node:1) MaxListenersExceededWarning: x');
console.error('TypeError: x\\n    at f (/a/b.js:1:2)');
process.exitCode = 7;
`;
const ERROR = `
const text = process.argv.includes('--json') ? JSON.stringify({ schemaVersion: 1, error: { type: 'UsageError', message: 'no' } }) + '\\n' : '';
process.stdout.on('error', () => process.exit(2)).write(text);
process.stderr.on('error', () => {});
process.exitCode = 2;
`;
const HANGS = 'setInterval(() => {}, 1000);';

interface Counts {
  cases: { [kind: string]: number };
  checks: { [invariant: string]: number };
  failures: { [name: string]: number };
  broken: number;
}

describe('the campaign', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'campaign-test-'));
    // some cases run as a user who owns nothing
    chmodSync(folder, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs it against a program, with folders that go with the test's. */
  function attack(program: string, ...args: string[]): { status: number | null; counts: Counts; stderr: string } {
    const file = path.join(folder, 'lk.cjs');
    writeFileSync(file, program);
    const { status, stdout, stderr } = spawnSync(process.execPath, [CAMPAIGN, '--json', '--program', file, ...args], {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: folder },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { status, counts: JSON.parse(stdout) as Counts, stderr };
  }

  onLinux(
    'sees each invariant fail',
    () => {
      const kinds = ['--only', 'environment', '--only', 'commands', '--only', 'readers'];
      const { status, counts } = attack(BAD, '--seconds', '9', '--seed', '1', ...kinds);
      const failed = new Set(Object.keys(counts.failures).map((name) => name.split(' · ')[0]));
      expect([...failed].sort()).toEqual([
        'a lost output is said',
        'declared exit status',
        'harmless lines to paste',
        'no escape in a file',
        'no escape in the output',
        'no loss',
        'no process left',
        'no secret in a file',
        'no secret in the output',
        'no stack trace',
        'no temporary file left',
        "no warning of Node's",
        'nothing beside the outputs',
        "nothing for GitHub's runner",
        'one valid document',
        'shared memory as before',
      ]);
      expect(status).toBe(1);
    },
    60_000,
  );

  onLinux(
    'finds nothing where an error is all that comes',
    () => {
      const { counts, stderr } = attack(
        ERROR,
        '--seconds',
        '3',
        '--seed',
        '1',
        '--only',
        'snapshots',
        '--only',
        'toml',
        '--only',
        'flags',
        '--only',
        'machines',
        '--only',
        'processes',
      );
      expect({ failures: counts.failures, broken: counts.broken, stderr }).toEqual({
        failures: {},
        broken: 0,
        stderr: '',
      });
      expect(counts.cases.toml).toBeGreaterThan(0);
    },
    60_000,
  );

  onLinux(
    'sees a line that is no document of its own',
    () => {
      // `lk watch --json` of a number that is nobody's.
      const { counts } = attack(BAD, '--seed', '1', '--only', 'processes', '--case', '17', '--seconds', '1');
      expect(counts.failures).toMatchObject({ 'each line a valid document · processes': 1 });
      const fine = attack(ERROR, '--seed', '1', '--only', 'processes', '--case', '17', '--seconds', '1').counts;
      expect(fine).toMatchObject({ failures: {}, checks: { 'each line a valid document': 1 } });
    },
    60_000,
  );

  onLinux(
    'ends what hangs, and says so',
    () => {
      const { status, counts } = attack(HANGS, '--seed', '1', '--only', 'toml', '--case', '0', '--seconds', '1');
      expect(counts.failures).toMatchObject({ 'no hang · toml': 1 });
      expect(status).toBe(1);
    },
    120_000,
  );

  onLinux(
    'makes the same case of the same seed',
    () => {
      const command = (seed: string) =>
        attack(BAD, '--seed', seed, '--only', 'flags', '--case', '3', '--seconds', '5').stderr.match(
          /^ {2}"lk".*$/m,
        )?.[0];
      expect(command('5')).toBe(command('5'));
      expect(command('5')).not.toBe(command('6'));
    },
    60_000,
  );
});
