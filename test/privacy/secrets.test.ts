import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withoutSecretArguments } from '../../src/privacy/secret-arguments.ts';
import { isSecretName } from '../../src/privacy/secret-names.ts';
import { withoutSecretShapes } from '../../src/privacy/secret-text.ts';
import { hiding } from '../../src/privacy/secrets.ts';

test.each([
  'PASSWORD',
  'DB_PASSWORD',
  'PGPASSWORD',
  'WANDB_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'HF_TOKEN',
  'hfToken',
  'GITHUB_PAT',
  'SLACK_WEBHOOK',
  'SENTRY_DSN',
  'AZURE_CREDENTIALS',
  '--api-key',
  '--client-secret',
  'db.password',
  'NPM_CONFIG__AUTH',
])('%s is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  'PWD',
  'OLDPWD',
  'PATH',
  'LK_NUM_THREADS',
  'MONKEY',
  'KEYBOARD_LAYOUT',
  'SSH_AUTH_SOCK',
  'PASSENGERS',
  '--tokenizer',
  'OMP_PROC_BIND',
  'SLURM_JOB_ID',
])('%s is not', (name) => {
  expect(isSecretName(name)).toBe(false);
});

test.each([
  [
    ['--password', 'hunter2'],
    ['--password', '…'],
  ],
  [['--password=hunter2'], ['--password=…']],
  [
    ['--token', '--verbose'],
    ['--token', '--verbose'],
  ],
  [
    ['-H', 'Authorization: Bearer abcdefgh'],
    ['-H', 'Authorization: …'],
  ],
  [
    ['env', 'WANDB_API_KEY=abc', 'python'],
    ['env', 'WANDB_API_KEY=…', 'python'],
  ],
  [['+db.password=a b c'], ['+db.password=…']],
  [
    ['--index-url', 'https://u:p@host/simple'],
    ['--index-url', 'https://…@host/simple'],
  ],
  [
    ['--key', 'user_id'],
    ['--key', '…'],
  ],
  [
    ['python', 'evaluate.py', '--users', '500'],
    ['python', 'evaluate.py', '--users', '500'],
  ],
  [
    ['/bin/sh', '-c', 'python x.py --password "a b" --token=t; echo'],
    ['/bin/sh', '-c', 'python x.py --password … --token=…; echo'],
  ],
])('the arguments %j', (words, shown) => {
  expect(withoutSecretArguments(words)).toEqual(shown);
});

test.each([
  ['postgres://u:p%40x@h/db', 'postgres://…@h/db'],
  ['ray://10.0.0.1:10001', 'ray://10.0.0.1:10001'],
  ['ray://t0k3n-x@head:10001', 'ray://…@head:10001'],
  ['https://h/x?sig=abc&n=1', 'https://h/x?sig=…&n=1'],
  ['git@github.com:x/y', 'git@github.com:x/y'],
  ['/data/ghp_0123456789abcdefghij/env/bin/python3', '/data/…/env/bin/python3'],
  ['/data/Zm9vYmFy0aB1cD2eF3gH4iJ5kL6mN7oP8/x', '/data/…/x'],
  ['secret: hunter2', 'secret: …'],
  ['key: value', 'key: value'],
  [
    '/docker/4f3c2b1a0f9e8d7c6b5a49382716051423f4e5d6c7b8a99887766554433221100',
    '/docker/4f3c2b1a0f9e8d7c6b5a49382716051423f4e5d6c7b8a99887766554433221100',
  ],
  ['runs/ImplicitMFScorerSweepNovember2026Final03', 'runs/ImplicitMFScorerSweepNovember2026Final03'],
  ['_accel.cpython-311-x86_64-linux-gnu.so', '_accel.cpython-311-x86_64-linux-gnu.so'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutSecretShapes(text)).toBe(shown);
});

describe('hiding', () => {
  test('values of secret variables go wherever they stand; keys, numbers and folders stay', () => {
    const hide = hiding({
      HF_TOKEN: 'canary-17',
      PIN_CODE: '123456',
      AUTH_HOME: '/home/u',
      HOME: '/home/u',
      PROXY: 'http://me:p%40ss-x@proxy:3128',
    });
    expect(
      hide({ 'canary-17': ['a canary-17 b', 123456, null, { deep: 'xcanary-17x' }], at: '/home/u/x', p: 'p@ss-x' }),
    ).toEqual({ 'canary-17': ['a … b', 123456, null, { deep: 'x…x' }], at: '/home/u/x', p: '…' });
  });

  test('a secret that holds another leaves nothing of either', () => {
    const hide = hiding({ A_TOKEN: 'abc-123', B_TOKEN: 'abc-123-def-456' });
    expect(hide('abc-123-def-456')).toBe('…');
  });

  test('what an argument gives is hidden elsewhere, too', () => {
    expect(hiding({}, ['--password', 'tr0ub4dor'])('said tr0ub4dor')).toBe('said …');
    expect(hiding({}, ['--token=tr0ub4dor'])('said tr0ub4dor')).toBe('said …');
    expect(hiding({}, ['--password', '--other-word'])('--other-word')).toBe('--other-word');
  });

  test('tables without a prototype keep it, dates and classes stay as they are', () => {
    const bare = Object.assign(Object.create(null) as object, { x: 'canary-17' });
    const when = new Date(0);
    const hidden = hiding({ S_KEY: 'canary-17' })({ bare, when });
    expect(Object.getPrototypeOf(hidden.bare)).toBe(null);
    expect({ ...hidden.bare }).toEqual({ x: '…' });
    expect(hidden.when).toBe(when);
  });

  test('no secret is left, however it is wrapped', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9!#%+./=_-]{12,40}$/).filter((value) => /[A-Z0-9]/.test(value));
    const words = ['SECRET', 'TOKEN', 'API_KEY', 'PASSWORD', 'CREDENTIALS', 'PASSPHRASE'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...words), fc.stringMatching(/^[A-Z]{0,5}$/), secret), { maxLength: 40 }),
        fc.string(),
        fc.string(),
        (given, before, after) => {
          const env = Object.fromEntries(given.map(([word, prefix, value], n) => [`${prefix}_${word}_${n}`, value]));
          const hide = hiding(env);
          for (const [, , value] of given) {
            const left = hide([`${before}${value}${after}`])[0] as string;
            // what stands around it may say the same by chance
            if (!`${before}${after}`.includes(value)) expect(left).not.toContain(value);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
