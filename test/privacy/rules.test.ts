import { describe, expect, test } from '@jest/globals';
import { announcesSecret, secretBegins } from '../../src/privacy/secret-arguments.ts';
import { isSecretName } from '../../src/privacy/secret-names.ts';
import { withoutSecretShapes } from '../../src/privacy/secret-text.ts';
import { hiding } from '../../src/privacy/secrets.ts';

const WORDS =
  'apikey auth authorization bearer cookie cookies cred creds credential credentials csrf dsn jwt key keys mfa otp pass ' +
  'passcode passphrase passwd password pat pin private pw pwd salt sas secret secrets sig signature sshpass token tokens ' +
  'totp webhook webhooks xsrf';

test.each(WORDS.split(' '))('%s makes a name a secret’s, as a word of its own', (word) => {
  const capital = `${word[0]?.toUpperCase()}${word.slice(1)}`;
  for (const name of [word, `X_${word.toUpperCase()}_2`, `--my-${word}`, `my.${word}`, `the${capital}Of`])
    expect([name, isSecretName(name)]).toEqual([name, true]);
  expect(isSecretName(`${word}x`)).toBe(false);
});

test.each([
  'session',
  '--session',
  'SESSION',
  'SESSION_2',
  'my.session',
  'SESSION_ID',
  'PHP_SESSIONID',
  '--session-id',
  'sessionId',
  'session_cookie',
  'SESSION__ID_2',
])('%s carries a login', (name) => expect(isSecretName(name)).toBe(true));

test.each([
  'sessions',
  '--session-length',
  'SESSION_IDS',
  'SESSION_IDENTITY',
  'obsession',
  'my_obsession',
  'ID_SESSION_LENGTH',
  'DESKTOP_SESSION',
  'XDG_SESSION_ID',
  'PWD',
  'OLDPWD',
  'SSH_AUTH_SOCK',
  'TOKENIZERS_PARALLELISM',
  'passwordless',
  'monkey',
  'compass',
  'author',
  'KEYERROR',
  '',
  '_',
])('%s does not, nor is it a secret’s name', (name) => expect(isSecretName(name)).toBe(false));

test('a part of the name of a secret that is harmless as a whole is a secret’s all the same', () => {
  for (const name of ['MY_PWD', 'pwd', 'SSH_AUTH', 'XDG_SESSION', 'PWD2'])
    expect([name, isSecretName(name)]).toEqual([name, true]);
});

test.each(['mytoken', 'thesecret', 'OLDPASSWD', 'PGPASSWORD', 'mypassphrase', 'myapikey', 'pgpassword_file'])(
  '%s ends as a secret’s name',
  (name) => expect(isSecretName(name)).toBe(true),
);

/** A word of letters and digits with so many changes of class between neighbours, its first run the longest. */
function mixed(changes: number, length: number): string {
  const runs = Array.from({ length: changes + 1 }, (_, index) => 'aB3'[index % 3]).join('');
  return 'a'.repeat(length - runs.length) + runs;
}

describe('what is so mixed that no person has named it', () => {
  test.each([
    [18, 41, true], // 18 of 40 neighbours: 0.45
    [17, 41, false],
    [31, 32, true],
    [30, 31, false], // too short to tell
  ])('%i changes in %i characters: %s', (changes, length, hidden) => {
    const word = mixed(changes, length);
    expect(withoutSecretShapes(`at /${word}/x`)).toBe(hidden ? 'at /…/x' : `at /${word}/x`);
  });

  test('two classes are a number in hexadecimal or a name', () => {
    const text = '0a'.repeat(20);
    expect(withoutSecretShapes(text)).toBe(text);
  });
});

test.each([
  `ghp_${'a1'.repeat(8)}`,
  `gho_${'a1'.repeat(8)}`,
  `github_pat_${'a_'.repeat(8)}`,
  `glpat-${'a-'.repeat(8)}`,
  `hf_${'aB'.repeat(8)}`,
  `sk-${'a1'.repeat(8)}`,
  `sk-ant-${'a1'.repeat(8)}`,
  `sk_live_${'a1'.repeat(8)}`,
  `pk_test_${'a1'.repeat(8)}`,
  `xoxb-${'1-'.repeat(5)}`,
  `AKIA${'A1'.repeat(8)}`,
  `ASIA${'A1'.repeat(8)}`,
  `AIza${'a-'.repeat(15)}`,
  'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl',
  'eyJhbGciOiJI.eyJzdWIiOiIx',
  `npm_${'a1'.repeat(10)}`,
  `pypi-AgE${'a_'.repeat(8)}`,
  `dckr_pat_${'a-'.repeat(8)}`,
  `ya29.${'a-'.repeat(8)}`,
  `SG.${'a_'.repeat(8)}`,
  `dop_v1_${'a1'.repeat(16)}`,
])('%s is a token wherever it stands', (token) => {
  expect(withoutSecretShapes(`/x/${token} ${token}`)).toBe('/x/… …');
  expect(withoutSecretShapes(`x${token}`)).not.toBe('x…');
});

test.each([
  ['postgres://user:word@host/db and redis://:word@host', 'postgres://…@host/db and redis://…@host'],
  ['https://host:80/x@y git@host', 'https://host:80/x@y git@host'],
  ['https://user@host:80/x', 'https://…@host:80/x'],
  ['https://h/x?a=1&api_key=2b&n=3', 'https://h/x?a=1&api_key=…&n=3'],
  ['https://h/x?users=1;sig=2b&n=3', 'https://h/x?users=1;sig=…&n=3'],
  ['https://h/x?users=abc', 'https://h/x?users=abc'],
  ['Bearer   abc123 and Basic abcdef==', 'Bearer   … and Basic …'],
  ['x -password hunter2 y', 'x -password … y'],
  ['x --password   hunter2 y', 'x --password   … y'],
  ['{"password": "a b", "n": 1}', '{"password": …, "n": 1}'],
  ["password = 'a b' c", 'password = … c'],
  ["--password='a b' c", '--password=… c'],
  ['--password="a b" c', '--password=… c'],
  ['pwd=x1', 'pwd=…'],
  ['password  :  x, y', 'password  :  …, y'],
  ['https://h/x?my.token=a,b|c)&n=3', 'https://h/x?my.token=…&n=3'],
  ['https://h/x?n=3;2key=a,b x', 'https://h/x?n=3;2key=… x'],
  ['--key : a b', '--key : … b'],
  ['--key:a1 b', '--key:… b'],
  // what stands before a name is no value
  ['python x.py --verbose --password hunter2', 'python x.py --verbose --password …'],
  ['--token --password hunter2', '--token --password …'],
  ['ValueError: token=abc123', 'ValueError: token=…'],
  ['a: b: my_token: c123, n=1', 'a: b: my_token: …, n=1'],
  ['secret=token=x y', 'secret=… y'],
  ['password= ', 'password= '],
  ['password="" x', 'password="" x'],
  // no assignment: an ordinary sentence
  ['the secret sauce', 'the secret sauce'],
  ['--users hunter2', '--users hunter2'],
])('%s is shown as %s', (text, shown) => expect(withoutSecretShapes(text)).toBe(shown));

test.each(['auth', 'key', 'keys', 'pass', 'pat', 'pin', 'private', 'pw', 'salt', 'Key'])(
  '%s before a colon is a word of a sentence, before an equals sign it is none',
  (word) => {
    expect(withoutSecretShapes(`${word}: value`)).toBe(`${word}: value`);
    expect(withoutSecretShapes(`${word}=value`)).toBe(`${word}=…`);
  },
);

describe('arguments', () => {
  test.each([
    ['--password', 'x', true],
    ['-password', 'x', true],
    ['--password', '-x', false],
    ['--password', '', false],
    ['password', 'x', false],
    ['x--password', 'x', false],
    ['--password!', 'x', false],
    ['--password=y', 'x', false],
    ['---password', 'x', false],
    ['--users', 'x', false],
    [undefined, 'x', false],
  ])('%s before %s announces a secret: %s', (before, word, wanted) =>
    expect(announcesSecret(before, word)).toBe(wanted),
  );

  test.each([
    ['--token=X', 8],
    ['TOKEN=', 6],
    ['+db.token=X=Y', 10],
    ['users=X', null],
    ['token', null],
    ['a token=X', null],
  ])('in %s it begins at %s', (word, wanted) => expect(secretBegins(word)).toBe(wanted));
});

describe('values that are hidden', () => {
  const shown = (env: { [name: string]: string | undefined }, text: string, words: string[] = []): string =>
    hiding(env, words)(text);

  test.each([
    ['abc-1', false], // five characters
    ['abc-12', true],
    ['987654321', false], // a number
    ['elevenchars', false], // a word
    ['twelvelettrs', true],
    ['elevenchar1', true],
    ['Elevenchars', true],
    ['12345x', true],
  ])('%s: %s', (value, hidden) => {
    expect(shown({ A_KEY: value }, `<${value}>`)).toBe(hidden ? '<…>' : `<${value}>`);
  });

  test('those of other variables are not, nor those of none', () => {
    expect(shown({ EDITOR: 'vim-special-1', B_KEY: undefined }, 'vim-special-1 undefined')).toBe(
      'vim-special-1 undefined',
    );
  });

  test('each line of a key of several lines', () => {
    const env = { DEPLOY_KEY: 'BEGIN-1\nab-cd-ef\nEND-12' };
    expect(shown(env, 'line ab-cd-ef, then END-12')).toBe('line …, then …');
    expect(shown(env, 'all: BEGIN-1\nab-cd-ef\nEND-12.')).toBe('all: ….');
  });

  test.each(['HOME', 'PWD', 'TMPDIR', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'PATH'])(
    'not the folder that %s names, nor one above it',
    (name) => {
      const text = 'in /srv/us/x';
      expect(shown({ A_KEY: '/srv/us', [name]: '/srv/us/x' }, text)).toBe(text);
      expect(shown({ A_KEY: '/srv/us', [name]: '/other/srv/us' }, text)).toBe('in …/x');
    },
  );

  test('passwords in addresses, as they are written and as they are meant', () => {
    const env = { INDEX: 'x https://me:p%2Dq%2Dr-s@h/a http://:s-t-u-v@h' };
    expect(shown(env, 'p%2Dq%2Dr-s p-q-r-s s-t-u-v')).toBe('… … …');
    expect(shown({ INDEX: 'https://me:per%cent@h' }, 'per%cent')).toBe('…');
    expect(shown({}, 'said s-t-u-v', ['--url', 'http://me:s-t-u-v@h'])).toBe('said …');
    expect(shown({ INDEX: 'https://me@host-name:8080/x' }, 'host-name:8080')).toBe('host-name:8080');
  });
});

describe('what the arguments have of a secret, wherever else it turns up', () => {
  const shown = (words: string[], text: string): string => hiding({}, words)(text);

  test.each([
    // a pair: the password is, the user is not
    [['-u', 'maria:Zq7hunt2x'], 'maria said Zq7hunt2x', 'maria said …'],
    [['-u', 'maria:Zq7:hunt2x'], 'it was Zq7:hunt2x, not hunt2x', 'it was …, not hunt2x'],
    [['-u', 'Zq7hunt2x:'], 'key Zq7hunt2x.', 'key ….'],
    [['-u', ':Zq7hunt2x'], 'key Zq7hunt2x.', 'key ….'],
    // what a header, a form or a list holds: of eight characters or more, with a letter and a digit
    [['-H', 'Authorization: Digest username="maria12", response="abc12345"'], 'abc12345 of maria12', '… of maria12'],
    [
      ['-H', 'Authorization: Digest a="ABCDEFGH", b="12345-78", c="ABC12345"'],
      'ABCDEFGH 12345-78 ABC12345',
      'ABCDEFGH 12345-78 …',
    ],
    [['--cookie', "a=abc12345;b=bcd12345%cde12345,'def12345'"], 'abc12345 bcd12345 cde12345 def12345', '… … … …'],
    [
      ['--tokens', '["abc12345", {"b": "bcd12345"}, (cde12345)]\\def12345'],
      'abc12345 bcd12345 cde12345 def12345',
      '… … … …',
    ],
    [['--tokens', 'abc12345 bcd12345'], 'bcd12345, abc12345', '…, …'],
    // an address
    [['--url', 'https://me:a%2Fb-c-d@h/'], 'a/b-c-d and a%2Fb-c-d', '… and …'],
    [['--url', 'https://Zq7hunt2x@h/'], 'user Zq7hunt2x', 'user …'],
    [['--url', 'https://h/?token=Zq7hunt2x&n=1'], 'token Zq7hunt2x, n=1', 'token …, n=1'],
    // what is no secret there
    [['--users', 'Zq7hunt2x'], 'users Zq7hunt2x', 'users Zq7hunt2x'],
    [['Zq7hunt2x'], 'users Zq7hunt2x', 'users Zq7hunt2x'],
  ])('%j: %s', (words, text, wanted) => expect(shown(words, text)).toBe(wanted));
});

describe('where a value ends', () => {
  test.each([
    ['password=ab,cd ef', 'password=… ef'],
    ['password=ab, cd', 'password=…, cd'],
    ["password='a b'c'd e'f g", 'password=… g'],
    ['password="a\\"b" c', 'password=… c'],
    ['password=\\"a b\\", x', 'password=…, x'],
    ['{\\"password\\": \\"a b\\", \\"n\\": 1}', '{\\"password\\": …, \\"n\\": 1}'],
    ['password="never closed\nnext', 'password=…\nnext'],
    ['tokens=["a", {b: "c]"}] d', 'tokens=… d'],
    ['tokens=[never\nclosed', 'tokens=…'],
    ['password=a\\ b c', 'password=… c'],
    [`password="${'a b '.repeat(400)}" c`, 'password=… c'],
    [`password=${'a'.repeat(5000)} c`, 'password=… c'],
    ['password := x y', 'password := … y'],
    [':password => x, y', ':password => …, y'],
    ["password=''", "password=''"],
    ["password='' x", "password='' x"],
    ['Cookie: a=b; c=d', 'Cookie: …'],
    ['"Cookie: a=b; c=d" e', '"Cookie: …" e'],
    ['session: 5', 'session: 5'],
  ])('%s is shown as %s', (text, shown) => expect(withoutSecretShapes(text)).toBe(shown));
});

describe('an address', () => {
  test.each([
    ['https://u:p@ss@h/x', 'https://…@h/x'],
    ['https://u:p#ss@h/x', 'https://…@h/x'],
    ['http://u:a/b@h/x', 'http://…@h/x'],
    ['http://u:a?b@h/x', 'http://…@h/x'],
    ['https://tok@git.example/o/r@v1.0#egg=x', 'https://…@git.example/o/r@v1.0#egg=x'],
    ['http://localhost:8080/a@b', 'http://localhost:8080/a@b'],
    ['http://u:99999/b@h', 'http://…@h'],
    ["x = 'https://u:p@h', 'a@b'", "x = 'https://…@h', 'a@b'"],
    ['http://a:80/,http://u:p@b/', 'http://a:80/,http://…@b/'],
    ['https://h/?next=https://u:p@h2/', 'https://h/?next=https://…@h2/'],
    ['https://h/x#access_token=ab&n=1', 'https://h/x#access_token=…&n=1'],
    ['https://hooks.slack.com/services/T/B/X y', 'https://hooks.slack.com/services/… y'],
    ['hooks.slack.com/services/T/B/X', 'hooks.slack.com/services/…'],
    ['https://discordapp.com/api/v10/webhooks/1/X', 'https://discordapp.com/api/v10/webhooks/…'],
    ['https://h/api/webhook/X?n=1', 'https://h/api/webhook/…?n=1'],
    ['https://api.telegram.org/bot1:X/send', 'https://api.telegram.org/bot…'],
    ['hooks/pre-commit', 'hooks/pre-commit'],
    ['/srv/bots/bot1', '/srv/bots/bot1'],
  ])('%s is shown as %s', (text, shown) => expect(withoutSecretShapes(text)).toBe(shown));
});
