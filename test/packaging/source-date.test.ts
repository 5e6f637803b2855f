import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lk-date-'));
afterAll(() => rmSync(folder, { recursive: true }));

function dateOf(root: string, env: { [name: string]: string } = {}): string {
  const code = `
    import { sourceDate } from ${JSON.stringify(path.join(PROJECT, 'packaging/source-date.mjs'))};
    console.log(sourceDate(process.argv[1]).toISOString());`;
  const { SOURCE_DATE_EPOCH: _, ...own } = process.env;
  const given = { ...own, GIT_CEILING_DIRECTORIES: tmpdir(), ...env };
  const args = ['--input-type=module', '-e', code, root];
  return execFileSync(process.execPath, args, { encoding: 'utf8', env: given }).trim();
}

test('the date of the sources: as it is given, else that of the last commit; outside of Git there is one, too', () => {
  expect(dateOf(folder, { SOURCE_DATE_EPOCH: '1700000000' })).toBe('2023-11-14T22:13:20.000Z');
  expect(dateOf(folder)).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.000Z$/);
  const env = { ...process.env, GIT_COMMITTER_DATE: '2024-02-29T12:00:00Z' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, stdio: 'ignore' });
  git('init', '--quiet');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--allow-empty', '--message', 'a');
  expect(dateOf(folder)).toBe('2024-02-29T12:00:00.000Z');
  expect(dateOf(folder, { SOURCE_DATE_EPOCH: '1700000000' })).toBe('2023-11-14T22:13:20.000Z');
});
