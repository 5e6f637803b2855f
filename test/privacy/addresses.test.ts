import { expect, test } from '@jest/globals';
import { withoutSecretArguments } from '../../src/privacy/secret-arguments.ts';
import { withoutSecretShapes } from '../../src/privacy/secret-text.ts';

/** What is between `«` and `»` goes, and nothing else. */
test.each([
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
