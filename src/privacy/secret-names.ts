/** The words that make a name a secret's, whatever stands around them: `WANDB_API_KEY`, `--db-password`, `hfToken`. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  'apikey',
  'auth',
  'authorization',
  'bearer',
  'cookie',
  'cookies',
  'cred',
  'creds',
  'credential',
  'credentials',
  'csrf',
  'dsn',
  'jwt',
  'key',
  'keys',
  'mfa',
  'otp',
  'pass',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'pat',
  'pin',
  'private',
  'pw',
  'pwd',
  'salt',
  'sas',
  'secret',
  'secrets',
  'sig',
  'signature',
  'sshpass',
  'token',
  'tokens',
  'totp',
  'webhook',
  'webhooks',
  'xsrf',
]);

/** Their words sound so, and their values are the shell's folders, a socket, the name of a desktop. */
const HARMLESS: ReadonlySet<string> = new Set(['PWD', 'OLDPWD', 'SSH_AUTH_SOCK', 'DESKTOP_SESSION', 'XDG_SESSION_ID']);

/** What carries a login: `--session X`, `SESSION_ID`. A `--session-length` is none. */
const SESSION = /(?:^|_)session(?:_?id|_cookie)?$/;

/** True for a variable's, option's or setting's name that says that its value is nobody else's business. */
export function isSecretName(name: string): boolean {
  if (HARMLESS.has(name)) return false;
  const words = name
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return (
    words.some((word) => SECRET_WORDS.has(word) || /(?:token|secret|passwd|password|passphrase|apikey)$/.test(word)) ||
    SESSION.test(words.filter((word) => word !== '').join('_'))
  );
}
