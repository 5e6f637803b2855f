import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import { FINDING_IDS } from '../../src/script/finding-ids.ts';
import { lk, PROJECT } from '../cli.ts';

describe('lk explain', () => {
  test('lists every check and knob', () => {
    const { stdout, status } = lk(['explain']);
    expect(status).toBe(0);
    for (const { id, title } of CHECKS) expect(stdout).toMatch(new RegExp(`^  ${id} +${title.slice(0, 5)}`, 'm'));
    for (const name of ['LK_NUM_THREADS', ...FINDING_IDS]) expect(stdout).toMatch(new RegExp(`^  ${name}( |$)`, 'm'));
  });

  test.each(CHECKS.map(({ id }) => id))('%s has a page of its own, with every part', (id) => {
    const file = path.join(PROJECT, 'docs/checks', `${id}.md`);
    expect(existsSync(file)).toBe(true);
    const page = readFileSync(file, 'utf8');
    for (const part of [`# ${id}\n`, '## What it means', '## See it yourself', '## Why it matters', '## What to do']) {
      expect(page).toContain(part);
    }
  });

  test.each([
    ['cpu/quota-ignored', 'cgroup quota'],
    ['LK_NUM_THREADS', 'Rayon pool'],
    ['backend-threads', 'intra-op'],
    ['n_jobs', 'levels'],
    ['NUMBA_NUM_THREADS', 'no upper limit'],
    ['numba_threading_layer', 'OpenMP'],
    ['LK_TEMP_DIR', 'FileNotFoundError'],
    ['CSR_KERNEL', 'ModuleNotFoundError'],
    ['_LK_IN_MP', 'one thread'],
  ])('%s', (name, text) => {
    const { stdout, status } = lk(['explain', name]);
    expect([status, stdout.includes(text), stdout.includes('\u001b')]).toEqual([0, true, false]);
    for (const line of stdout.split('\n')) expect(line.length <= 80 || !line.trim().includes(' ')).toBe(true);
  });

  test('a name that is none', () => {
    const { stderr, status, stdout } = lk(['explain', 'cpu/quota']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/no such check or knob; did you mean cpu\//);
  });

  test('a finding of scripts has its words on the page of them all; one that there is not is refused', () => {
    for (const id of FINDING_IDS) {
      const { status, stdout } = lk(['explain', id]);
      expect([id, status, stdout.includes(id)]).toEqual([id, 0, true]);
    }
    for (const [name, said] of [
      ['script/sintax', 'did you mean script/syntax?'],
      ['script/zzzzzzzzzzzz', 'lk explain lists them'],
    ]) {
      const { status, stdout, stderr } = lk(['explain', name as string]);
      expect([status, stdout, stderr]).toEqual([2, '', `lk: explain ${name}: no such check or knob; ${said}\n`]);
    }
    expect(lk(['explain', 'script/nope'])).toMatchObject({ status: 2, stdout: '' });
  });
});
