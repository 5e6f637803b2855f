import { describe, expect, test } from '@jest/globals';
import { isPython, mainProcess, whyAnother } from '../../src/live/job.ts';
import { rolesOf } from '../../src/live/known-roles.ts';
import { allProcesses } from '../../src/live/tree.ts';
import { LINK, memoryHost } from '../memory-host.ts';
import { stat } from './proc-files.ts';

const PYTHON = '/env/bin/python3.11';
const SPAWNED = [
  '-c',
  'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5)',
  '--multiprocessing-fork',
];
const TRACKER = ['-c', 'from multiprocessing.resource_tracker import main;main(14)'];

interface Made {
  parent: number;
  argv: string[];
  program?: string;
  name?: string;
  files?: { [name: string]: string };
}

/** The files of `/proc` of processes by number. */
function machineOf(processes: { [pid: number]: Made }) {
  const files: { [path: string]: string } = {};
  for (const [pid, { parent, argv, program = PYTHON, name = 'python', files: more = {} }] of Object.entries(
    processes,
  )) {
    files[`/proc/${pid}/stat`] = stat({ name, parent });
    files[`/proc/${pid}/cmdline`] = `${argv.join('\0')}\0`;
    files[`/proc/${pid}/exe`] = `${LINK}${program}`;
    for (const [file, text] of Object.entries(more)) files[`/proc/${pid}/${file}`] = text;
  }
  return memoryHost(files);
}

const JOB = {
  1: { parent: 0, argv: ['init'], program: '/sbin/init' },
  5: { parent: 1, argv: ['bash'], program: '/bin/bash' },
  6: { parent: 5, argv: ['timeout', '9', PYTHON, 'job.py'], program: '/usr/bin/timeout' },
  7: { parent: 6, argv: [PYTHON, 'job.py'] },
  8: { parent: 7, argv: [PYTHON, ...TRACKER] },
  9: { parent: 7, argv: [PYTHON, ...SPAWNED] },
  10: { parent: 9, argv: [PYTHON, ...SPAWNED], name: ') R 1 (' },
  11: { parent: 7, argv: ['git', 'describe'], program: '/usr/bin/git' },
} satisfies { [pid: number]: Made };

const roles = (processes: { [pid: number]: Made }, main: number) => {
  const host = machineOf(processes);
  return Object.fromEntries(rolesOf(main, allProcesses(host), host));
};

describe('what each process of a job is', () => {
  test('is told by how it was started', () => {
    expect(roles(JOB, 7)).toMatchObject({ 7: 'main', 8: 'tracker', 9: 'worker', 10: 'worker', 11: 'other' });
  });

  test('a copy of the main process is a worker, but for the manager, which listens for it', () => {
    const listening = '0000: 00000002 00000000 00010000 0001 01 773 /tmp/pymp-x/listener-y\n';
    const copy = (unix: string) => ({
      ...JOB,
      12: { parent: 7, argv: JOB[7].argv, files: { 'fd/3': `${LINK}socket:[773]`, 'net/unix': unix } },
    });
    expect(roles(copy(listening), 7)[12]).toBe('other');
    expect(roles(copy(listening.replace('00010000', '00000000')), 7)[12]).toBe('worker');
    expect(roles(copy(listening.replace('773', '774')), 7)[12]).toBe('worker');
  });

  test("joblib's are its workers and its tracker, Ray's are Ray's", () => {
    const loky = [PYTHON, '-m', 'joblib.externals.loky.backend.popen_loky_posix', '--process-name', 'LokyProcess-1'];
    const tracker = [PYTHON, '-c', 'from joblib.externals.loky.backend.resource_tracker import main; main(9, False)'];
    const raylet = ['/env/lib/python3.11/site-packages/ray/core/src/ray/raylet/raylet', '--x'];
    const found = roles(
      {
        ...JOB,
        20: { parent: 7, argv: loky },
        21: { parent: 7, argv: tracker },
        22: { parent: 7, argv: raylet },
        23: { parent: 22, argv: ['ray::recommend()'], name: 'ray::recommend' },
        24: { parent: 22, argv: ['ray::IDLE'], name: 'ray::IDLE' },
      },
      7,
    );
    expect(found).toMatchObject({ 20: 'worker', 21: 'tracker', 22: 'ray', 23: 'ray', 24: 'ray' });
  });
});

describe('the main process', () => {
  test('is found from each process of the job, and from what only starts it', () => {
    const host = machineOf(JOB);
    for (const pid of [7, 8, 9, 10, 6, 5]) expect(mainProcess(pid, host)).toBe(7);
    expect(mainProcess(99, host)).toBeNull();
  });

  test('of what is no Python and has none below it, is itself', () => {
    const host = machineOf(JOB);
    expect(mainProcess(11, host)).toBe(11);
    expect(isPython(11, host)).toBe(false);
  });

  test('that is gone leaves the worker to stand for itself', () => {
    const orphan = machineOf({ 1: JOB[1], 9: { parent: 1, argv: [PYTHON, ...SPAWNED] } });
    expect(mainProcess(9, orphan)).toBe(9);
  });

  test('is named where another would have been as near, or none is there', () => {
    const host = machineOf({
      ...JOB,
      12: { parent: 5, argv: [PYTHON, 'other.py'] },
      13: { parent: 12, argv: ['sh'], program: '/bin/sh' },
      14: { parent: 13, argv: [PYTHON, 'third.py'] },
    });
    const why = (pid: number) => whyAnother(pid, mainProcess(pid, host) ?? pid, host);
    expect(mainProcess(5, host)).toBe(12);
    expect(why(5)).toBe('PID 5 runs no Python itself, and has started several: this is 12; there are 7');
    expect(why(11)).toBe("by their programs' names, neither PID 11 nor what it has started runs Python");
    for (const pid of [6, 7, 8, 9, 10, 12, 13, 14]) expect(why(pid)).toBeNull();
    const many = machineOf({
      1: JOB[1],
      ...Object.fromEntries(Array.from({ length: 20 }, (_, at) => [20 + at, { parent: 1, argv: [PYTHON, `${at}`] }])),
    });
    expect(whyAnother(1, 20, many)).toContain('this is 20; there are 21, 22, 23, 24, 25, 26, 27, 28 and 11 more');
  });
});
