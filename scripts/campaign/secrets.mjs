/** Stands in each secret that a case plants; whatever file or stream holds it has leaked. */
const CANARY = 'C4n4ry';
/** Stands in what a benched command prints: it may be seen, and is kept in no file. */
export const PRINTED = 'Pr1nted';

const NAMES = [
  ...[
    'API_KEY',
    'SECRET',
    'TOKEN',
    'PASSWORD',
    'PASSWD',
    'PRIVATE_KEY',
    'ACCESS_KEY',
    'AUTH',
    'CREDENTIALS',
    'PASSPHRASE',
  ],
].flatMap((word) => [`LK_${word}`, `WANDB_${word}`, `AWS_${word}`, `MY_${word}_PATH`].map((name) => name));

/** Forty variables whose names say that they are secret. */
export function secretEnvironment(random) {
  return Object.fromEntries(NAMES.map((name) => [name, secret(random)]));
}

/** A secret without a shape. */
export function secret(random) {
  return `${CANARY}${random.int(1e8, 9e8)}`;
}

/** A secret in the shape of a well-known service's token. */
export function token(random) {
  const tail = `${CANARY}${Array.from({ length: 30 }, () => random.pick([...'abcXYZ0123456789'])).join('')}`;
  return random.pick([
    `ghp_${tail}`,
    `hf_${tail}`,
    `glpat-${tail}`,
    `github_pat_${tail}`,
    `sk-proj-${tail}`,
    `npm_${tail}`,
  ]);
}

/** Addresses with passwords in the variables that tools read them from. */
export function secretAddresses(random) {
  const address = (scheme) => `${scheme}://user:${secret(random)}@host.example:6379/simple?token=${secret(random)}`;
  return {
    RAY_ADDRESS: address('ray'),
    PIP_INDEX_URL: address('https'),
    UV_INDEX_URL: address('https'),
    HTTPS_PROXY: address('http'),
    http_proxy: address('http'),
    DATABASE_URL: address('postgres'),
    PYTHONPATH: `/srv/${token(random)}/lib`,
  };
}

/** Arguments of a benched command that no report may keep. */
export function secretArguments(random) {
  return [
    '--password',
    secret(random),
    `--token=${secret(random)}`,
    `WANDB_API_KEY=${secret(random)}`,
    `https://u:${secret(random)}@h/`,
    '-u',
    `user:${secret(random)}`,
    `-uuser:${secret(random)}`,
    `--proxy-user=u:${secret(random)}`,
    '-H',
    `Cookie: a=b; c=${secret(random)}`,
    `--env=DB_PASSWORD=${secret(random)}`,
    `https://u:p#${secret(random)}@h/`,
    `http://u:a/${secret(random)}@h/`,
    `https://hooks.slack.com/services/T0/B0/${secret(random)}`,
    `mysql -u root -p${secret(random)} db`,
  ];
}

/** How often secrets stand in bytes: those of the environment, or also what a command printed. */
export function secretsIn(bytes, { printed = false } = {}) {
  const text = bytes.toString('latin1');
  return text.split(CANARY).length - 1 + (printed ? text.split(PRINTED).length - 1 : 0);
}

/** The first secret with what stands around it. */
export function firstSecret(bytes) {
  const text = bytes.toString('latin1');
  const at = text.search(new RegExp(`${CANARY}|${PRINTED}`));
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + 40));
}
