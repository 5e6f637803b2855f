import { expect, test } from '@jest/globals';
import { withoutSecretArguments } from '../../src/privacy/secret-arguments.ts';
import { withoutSecretShapes } from '../../src/privacy/secret-text.ts';

/** Addresses of services whose path is the secret. */
const HOOKS = [
  'https://hooks.slack.com/services/«T0/B0/x»',
  'https://hooks.slack.com/workflows/«T0» now',
  'https://hooks.slack.com/triggers/«T0»?x=1',
  'https://discord.com/api/webhooks/«12/xY»',
  'https://discordapp.com/api/v10/webhooks/«12/xY»',
  'https://discord.com/api/v9/webhooks/«12/xY»#x',
  'https://a.webhook.office.com/webhookb2/«12/xY»',
  'https://a.webhook.office.com/«12»',
  'https://outlook.office.com/webhook/«12»',
  'https://outlook.office365.com/webhook/«12»',
  'https://api.telegram.org/bot«123:xY/sendMessage»',
  'https://api.telegram.org/file/bot«x/y»',
  'https://api.telegram.org/bot«x/y»',
  'http://own.example/bot«1:xY/send»',
  'https://open.feishu.cn/open-apis/bot/hook/«x»',
  'https://open.larksuite.com/open-apis/bot/v2/hook/«x»',
  'https://open.feishu.cn/open-apis/bot/v12/hook/«x»',
  'https://hooks.zapier.com/hooks/«catch/1/x»',
  'https://maker.ifttt.com/«trigger/x/with/key/y»',
  'https://hc-ping.com/«x»',
  'https://hc-ping.com/ping/«x»',
  'https://ntfy.sh/«x»',
  'https://events.pagerduty.com/integration/«x/enqueue»',
  'https://mainnet.infura.io/v3/«x»',
  'https://eth-main.infura.io/v12/«x»',
  'https://eth-mainnet.alchemy.com/v2/«x»',
  'https://a.alchemy.com/v22/«x»',
];

/** What is between `«` and `»` goes, and nothing else. */
test.each([
  ...HOOKS,
  // A text need not have it with its scheme.
  ...HOOKS.map((hook) => hook.replace('https://', 'see ')).filter((hook) => !hook.includes('own.example')),
  'https://chat.example/hooks/«x»',
  'https://chat.example/webhooks/«x/y»',
  'https://chat.example/webhookb2/«x»',
  "curl 'https://chat.example/hook/«x»' y",
])('a path that is the secret: %s', (text) => {
  expect(withoutSecretShapes(text.replace(/[«»]/g, ''))).toBe(text.replace(/«.*»/, '…'));
});

test.each([
  'https://«u:p»@h/x',
  'https://«token»@h',
  'https://«u:p#a/b?c@d»@host.example/x',
  'https://«u:a/X»@host.example:80/x',
  'https://«u:p»@[::1]:80/x@y',
  'https://«u:p»@localhost/a@b',
  'git+ssh://«u:p»@h:22/x',
  'see https://«u:p»@h/x, and <https://h/x@y>',
  `'https://«u:p q»@h'`.replace(' q', ''),
  'https://h/x?a=1&token=«x»&b=2',
  'https://h/x#access_token=«x»',
  'https://h/x;sig=«x»',
  'a=https://«u:p»@h b=https://«v:q»@h',
  // behind an option's letter, a dot, a digit
  'pip install -ihttps://«u:p»@h/simple x',
  'see ..https://«u:p»@h, and 1https://«u:p»@h',
  'HTTPS://«u:p»@h',
  'ab://«u:p»@h',
  'redis://«:p»@h:6379/0',
  'postgresql+psycopg2://«u:p»@h/d',
  'x-y.z+1://«u:p»@h',
  'https://«token»@',
  'https://h/?token=«a|b)c,d»&n=1',
  'https://h/?n=1&key=«a|b)c,d»#x',
  'https://h/#pw=«a|b)c,d»',
  `"https://«u:p'q»@h",'b@c'`,
  `'https://«u:p"q»@h','b@c'`,
  '"https://«u:p»@h',
  // a password that holds what belongs encoded
  'http://«:p/q»@h',
  'http://«u:65536/b»@h',
  'http://«u:123456/b»@h',
  'http://«u:80x/b»@h',
  'https://«@b/c»@host.example/',
  ...[
    'h',
    'h:80',
    'h:80/x',
    'h/x',
    'h?x',
    'h#x',
    'h,x',
    'h;x',
    'h-1.example',
    '[::1]',
    '[fe80::1]:8080/x',
    'H_1.Example',
  ].map((host) => `https://«u:p@b/c»@${host}`),
  // but not where a host stands before it, or none behind it
  ...['a.b', 'a-b.c', 'localhost', 'LOCALHOST:80', '[::1]', '[::1]:80', 'a.b:80', 'a1.b.c.d'].map(
    (host) => `https://«u:p»@${host}/x@y`,
  ),
  ...['h!x', 'h:123456', 'h:x', '[::1', '(h', '', '[x]'].map((behind) => `https://«u:p»@b/c@${behind}`),
  ...['b', 'b:80', '-a.b', '!a.b', 'a.b!c', 'a.b:x', 'a..b', 'mylocalhost'].map((part) => `https://«u:p@${part}/x»@y`),
])('who asks, and with which token: %s', (text) => {
  expect(withoutSecretShapes(text.replace(/[«»]/g, ''))).toBe(text.replace(/«[^»]*»/g, '…'));
});

test.each([
  'os.environ["HF_TOKEN"] = "«Zq7hunter2x»"',
  "os.environ['HF_TOKEN']='«Zq7hunter2x»'",
  'os.environ.setdefault("HF_TOKEN", "«Zq7hunter2x»")',
  "os.putenv('DB_PASSWORD','«Zq7hunter2x»')",
  'f("BATCH_SIZE", "16"); g("a", "b")',
])('in code: %s', (text) => {
  expect(withoutSecretShapes(text.replace(/[«»]/g, '')).replace(/["']/g, '')).toBe(
    text.replace(/«.*»/, '…').replace(/["']/g, ''),
  );
});

test.each([
  'https://host.example:80/x@y',
  'https://host.example/x@y',
  'https://[::1]:80/x@y',
  'https://h:8080',
  'https://h/hooksmith/x',
  'https://h/abot/x',
  'git@host.example:me/x.git',
  'https://h/x?page=2&tab=3',
  'webhook.office.example/x',
  's3://bucket/key',
  '://u:p@h',
  'a://u:p@h',
  '--bind=::1//u@h',
  // nothing is asked with, and nothing behind the folder
  'https://ntfy.sh/',
  'https://ntfy.sh/?x and hooks.slack.com/services/ x',
  'https://h/hooks/#x',
  'https:// u:p@h',
  'https://@h',
  'file:///home/u@h/x',
  'http://h:65535/x@y',
  'http://h:0/x@y',
  'http://[::1]/a@b',
  'http://[fe80::1]:80/a@b',
  // the address ends with its quote, or with a blank
  '["https://host.example","b@c"]',
  "['https://host.example','b@c']",
  'see https://host.example and b@c',
  'see https://host.example\nb@c',
  'see <https://host.example>b@c',
  "don't https://host.example, b@c",
])('stays: %s', (text) => expect(withoutSecretShapes(text)).toBe(text));

/** In a line for a shell a word is a secret only where no ordinary one could stand. */
test.each([
  ['echo the password was wrong', 'echo the password was wrong'],
  ['echo password 123456 is old', 'echo password 123456 is old'],
  ['echo the token abcdef. x', 'echo the token abcdef. x'],
  ['echo token abcdefghijkl x', 'echo token … x'],
  ['echo token ab12ef x', 'echo token … x'],
  ['echo token ab12e x', 'echo token ab12e x'],
  ['mysql -pX9x db; program -pX9x', 'mysql -p… db; program -pX9x'],
  ['docker login h; program -p X9x', 'docker login h; program -p X9x'],
  ['program -sSu me:X9x h', 'program -sSu … h'],
  ['program -url=http://h:80 x', 'program -url=http://h:80 x'],
  ['program --userx me:X9x', 'program --userx me:X9x'],
  ['program --user=me:X9x h', 'program --user=… h'],
  ['program -ume:X9x h', 'program -u… h'],
  ['wandb login --relogin X9x', 'wandb login --relogin …'],
  ['wandb login -v X9x', 'wandb login -v X9x'],
  ['program --token --verbose x', 'program --token --verbose x'],
  ['program --token -n5 x', 'program --token -n5 x'],
  ['program --token - x', 'program --token - x'],
])('%s', (line, shown) => expect(withoutSecretArguments(['sh', '-c', line])[2]).toBe(shown));
