import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { snapshotName } from '../../src/commands/doctor/snapshot-name.ts';
import { lk, PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const HERE = { env: {}, pid: 42, host: 'node17' };
const name = (pattern: string, here: Partial<typeof HERE> & { env?: { [name: string]: string } } = {}) =>
  snapshotName(pattern, { ...HERE, ...here });

describe('what stands for something', () => {
  test.each([
    ['nodes/%h.json', 'nodes/node17.json', 'node17'],
    ['%h-%p', 'node17-42', 'node17'],
    ['100%%', '100%', null],
    ['%%h', '%h', null],
    ['%p%p', '4242', null],
  ])('%s: %s', (pattern, written, host) => {
    expect(name(pattern)).toEqual({ name: written, host });
  });

  test.each([
    [{ SLURM_PROCID: '3' }, '3'],
    [{ SLURM_PROCID: '0', OMPI_COMM_WORLD_RANK: '5' }, '5'],
    [{ SLURM_PROCID: '0', PMI_RANK: '2' }, '2'],
    [{ FLUX_TASK_RANK: '9' }, '9'],
    [{ SLURM_PROCID: '', PALS_RANKID: '1' }, '1'],
  ])('the task of %j: %s', (env, task) => {
    expect(name('%t', { env }).name).toBe(task);
  });

  test.each([
    [{ SLURM_JOB_ID: '77' }, '77'],
    [{ PBS_JOBID: '12.server[3]' }, '12.server_3_'],
    [{ LSB_JOBID: '8' }, '8'],
  ])('the job of %j: %s', (env, job) => {
    expect(name('%j', { env }).name).toBe(job);
  });

  test.each([
    [
      '%x.json',
      "--snapshot %x.json: no %x; there are %h the host, %p lk's process, %t the task, %j the job, %% a percent sign",
    ],
    ['a%', '--snapshot a%: no %; there are'],
    ['%t', '%t: no launcher has numbered this task (OMPI_COMM_WORLD_RANK, '],
    ['%j', '%j: this is no job (SLURM_JOB_ID, '],
    ['%constructor', 'no %c;'],
  ])('%s is refused: %s', (pattern, message) => {
    expect(() => name(pattern)).toThrow(message);
  });

  test('a host without a name', () => {
    expect(() => snapshotName('%h', { ...HERE, host: null })).toThrow('%h: the name of this host is not known');
  });

  test('whatever a variable holds, the file is in the folder that was written', () => {
    const evil = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '../..',
        '/etc/passwd',
        'a/../../b',
        '\u001b[31m',
        'a\nb',
        '\0',
        '',
        '…'.repeat(200),
        '-',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(evil, evil, evil, (host, task, job) => {
        const env = { SLURM_PROCID: task || 'x', SLURM_JOB_ID: job || 'y' };
        const { name: written } = name('nodes/%h/%t%j', { env, host: host || 'z' });
        const parts = written.split('/');
        expect(parts).toHaveLength(3);
        for (const part of parts) expect(part).toMatch(/^(?!\.+$)[\w.-]{1,160}$/);
        expect(path.posix.normalize(written)).toBe(written);
      }),
    );
  });
});

describe('lk doctor --snapshot', () => {
  const host = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { host?: string }).host;

  test('the host is named where %h is written, and nowhere else', () =>
    withTree({}, (root) => {
      expect(lk(['doctor', '--snapshot', `${root}/%h.json`]).stderr).toMatch(
        /\.json: written, with this host's name in it \(%h\)\n$/,
      );
      expect(lk(['doctor', '--snapshot', `${root}/%p.json`]).stderr).toMatch(/\/\d+\.json: written\n$/);
      expect(lk(['doctor', '--snapshot', `${root}/plain.json`]).stderr).toBe('');
      const hosts = readdirSync(root).map((file) => host(`${root}/${file}`));
      expect(hosts.filter((one) => one !== undefined)).toEqual([hostname()]);
      expect(readFileSync(`${root}/plain.json`, 'utf8')).not.toContain(`"${hostname()}"`);
    }));

  test('without % a second one replaces the first', () =>
    withTree({}, (root) => {
      for (let run = 0; run < 2; run++) lk(['doctor', '--snapshot', `${root}/node.json`]);
      expect(readdirSync(root)).toEqual(['node.json']);
    }));

  test('a copy of a machine has its own name', () =>
    withTree({ 'm/etc/hostname': 'node99\n', 'out/.keep': '' }, (root) => {
      lk(['doctor', '--sysroot', `${root}/m`, '--snapshot', `${root}/out/%h.json`]);
      expect(readdirSync(`${root}/out`)).toContain('node99.json');
      expect(host(`${root}/out/node99.json`)).toBe('node99');
    }));

  test('tasks of one step with one name: none is lost', () =>
    withTree({}, async (root) => {
      const env = { PATH: process.env.PATH, HOME: '/nonexistent-home', SLURM_JOB_ID: '../7' };
      const runs = Array.from({ length: 12 }, () => {
        const words = [path.join(PROJECT, 'bin/lk.cjs'), 'doctor', '--snapshot', `${root}/%j.json`];
        return new Promise((resolve) =>
          spawn(process.execPath, words, { env, stdio: 'ignore' }).once('close', resolve),
        );
      });
      for (const status of await Promise.all(runs)) expect([0, 1]).toContain(status);
      const files = readdirSync(root);
      expect(files.length).toBe(12);
      expect(files).toContain('.._7.json');
      for (const file of files) expect(() => JSON.parse(readFileSync(`${root}/${file}`, 'utf8'))).not.toThrow();
    }));

  test('what stands for nothing is refused, and nothing is written', () =>
    withTree({}, (root) => {
      const { status, stdout, stderr } = lk(['doctor', '--snapshot', `${root}/%x.json`]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/no %x; there are %h the host/);
      expect(readdirSync(root)).toEqual([]);
    }));
});
