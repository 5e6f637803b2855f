import { describe, expect, test } from '@jest/globals';
import { differentVariables, variablesOf } from '../../../src/bench/conditions/variables.ts';
import { hiding } from '../../../src/privacy/secrets.ts';

type Env = { [name: string]: string };

const of = (env: Env, host = 'node1') => variablesOf(env, host, hiding(env));
const isSame = (was: Env, is: Env, host = 'node1'): boolean => JSON.stringify(of(was)) === JSON.stringify(of(is, host));

test('values of what bears on computing, digests of the others', () => {
  const { environment, others } = of({ OMP_NUM_THREADS: '2', LK_NUM_PROCS: '3', PYTHONHASHSEED: '0', DATA_SIZE: '7' });
  expect(environment).toEqual({ OMP_NUM_THREADS: '2', LK_NUM_PROCS: '3', PYTHONHASHSEED: '0' });
  expect(others).toEqual({ DATA_SIZE: expect.stringMatching(/^[0-9a-f]{12}$/) });
});

test.each<[string, Env, Env]>([
  ['DATA_SIZE', { DATA_SIZE: '1' }, { DATA_SIZE: '2' }],
  ['PYTHONHASHSEED', { PYTHONHASHSEED: '0' }, { PYTHONHASHSEED: '1' }],
  ['TMPDIR', { TMPDIR: '/tmp' }, { TMPDIR: '/var/tmp' }],
  ['PATH', { PATH: '/bin' }, { PATH: '/opt:/bin' }],
  ['the order of the PATH', { PATH: '/a:/b' }, { PATH: '/b:/a' }],
  ['one that is new', {}, { N: '' }],
  ['a number like a job’s', { SLURM_JOB_ID: '4711', N: '4711' }, { SLURM_JOB_ID: '4712', N: '4712' }],
  ['its CPUs', { SLURM_CPUS_PER_TASK: '4' }, { SLURM_CPUS_PER_TASK: '8' }],
])('another %s is noticed', (_, was, is) => expect(isSame(was, is)).toBe(false));

const SESSION = (n: number): Env => ({
  PATH: `/home/me/bin:/run/user/1000/fnm_multishells/${n}_1/bin:/bin`,
  TMPDIR: `/scratch/me/job.${4711 + n}`,
  SLURM_JOB_ID: String(4711 + n),
  SLURM_TMPDIR: `/x/${n}`,
  SSH_CLIENT: `10.0.0.1 ${n} 22`,
  SSH_AUTH_SOCK: `/tmp/ssh-${n}/agent`,
  SSH_TTY: `/dev/pts/${n}`,
  TERM: `xterm-${n}`,
  TMUX_PANE: `%${n}`,
  WINDOWID: String(n),
  PWD: `/x/${n}`,
  OLDPWD: `/y/${n}`,
  SHLVL: String(n),
  _: `/bin/${n}`,
  XDG_SESSION_ID: String(n),
  DBUS_SESSION_BUS_ADDRESS: `unix:path=/run/${n}`,
  HOSTNAME: `node${n}`,
  GITHUB_RUN_ID: String(n),
  INVOCATION_ID: String(n),
  REDIS_SERVICE_HOST: `10.0.0.${n}`,
  REDIS_PORT_6379_TCP_ADDR: `10.0.0.${n}`,
  COLUMNS: String(n),
});

test('another shell, terminal, session, machine or job of a scheduler is the same', () =>
  expect(isSame(SESSION(1), SESSION(2), 'node2')).toBe(true));

describe('secrets', () => {
  test('are not among them, by name, shape or value', () => {
    const was = { API_TOKEN: 'canary1', URL: 'http://me:canary1@host/x', OTHER: 'a canary1 b' };
    const is = { API_TOKEN: 'canary2', URL: 'http://me:canary2@host/x', OTHER: 'a canary2 b' };
    expect(isSame(was, is)).toBe(true);
    expect(Object.keys(of(was).others)).toEqual(['URL', 'OTHER']);
    expect(JSON.stringify(of({ ...was, PYTHON_TOKEN: 'canary1' }))).not.toContain('canary');
  });
});

test('the words name the variables, and of many the first', () => {
  expect(differentVariables({ A: '1', B: '1', C: '1' }, { A: '1', B: '2', D: '1' })).toEqual([
    'B: was another value',
    'C: is not set',
    'D: was not set',
  ]);
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`V${n}`, '1']));
  expect(differentVariables({}, many).slice(-2)).toEqual(['V7: was not set', 'and 4 more variables']);
  expect(differentVariables(null, {})).toEqual([]);
});
