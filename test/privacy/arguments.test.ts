import { describe, expect, test } from '@jest/globals';
import { withoutSecretArguments } from '../../src/privacy/secret-arguments.ts';

/** What is between `«` and `»` goes, and nothing else. */
function expectHidden(marked: readonly string[]): void {
  const words = marked.map((word) => word.replace(/[«»]/g, ''));
  expect(withoutSecretArguments(words)).toEqual(marked.map((word) => word.replace(/«[^»]*»/g, '…')));
}
const each = (rows: string[][]): [string[]][] => rows.map((row) => [row]);

describe('the word behind an option or a word that announces it', () => {
  test.each(
    each([
      ['--password', '«x»', 'y'],
      ['-password', '«x»'],
      ['--password', '«a b c»'],
      ['--password', '«-Zq7»'],
      ['--password', '«--Zq7»'],
      ['--password', '«-5»'],
      ['--password', '«--1=x»'],
      ['--password', '«x-v»'],
      ['--password', '', 'x'],
      ['--password'],
      ['token', '«x»', 'y'],
      ['TOKEN', '«x»'],
      ['my_password', '«x»'],
      ['db.secret', '«x»'],
      ['x-token', '«x»'],
      ['S3_ACCESS_KEY', '«x»'],
      ['x.api_key', '«x»'],
      // what looks like the next option is one
      ...['-v', '-n5', '-V12', '--verbose', '--n-jobs=3', '--n_jobs2', '-verbose', '--x=a\nb', '-', '--'].map(
        (option) => ['--password', option, 'x'],
      ),
      ['token', '-v', 'x'],
      // not announced
      ['tokens', 'x'],
      ['mytoken', 'x'],
      ['token_x', 'x'],
      ['access_key', 'x'],
      ['.', 'token'],
      ['a b_token', 'x'],
      ['--users', 'x'],
      ['--password!', 'x'],
    ]),
  )('%j', expectHidden);
});

describe('a word that names its secret itself', () => {
  test.each(
    each([
      ['--token=«X»'],
      ['--token=«a b=c»'],
      ['TOKEN=«x»'],
      ['+db.token=«x»'],
      ['a/b@c:token=«x»'],
      ['--env=DB_PASSWORD=«x»'],
      ['a=b=token=«x=y»'],
      ['--token='],
      ['TOKEN='],
      ['users=x'],
      ['KEY=VALUE'],
      ['KEY=«VALUE2»'],
      ['X-Api-Key: «abc def»'],
      ['X-Api-Key:«abc»'],
      ['X-Api-Key:        «a»'],
      ['X-Api-Key:         '],
      ['--header=X-Auth-Token: «a b»'],
      ['-H=X-Auth: «a»'],
      ['pass:«x»'],
      ['X-Key:«x»'],
      ...['auth', 'key', 'keys', 'pat', 'pin', 'private', 'pw', 'salt', 'session', 'Key'].map((word) => [`${word}:x`]),
      ['token:«//x»'],
      ['users:x'],
      // somewhere within: what ends it is not known
      [':ftp,host=h,pass=«X:dir»'],
      ['(a;user=u&password=«X&n=1»'],
      ['~;a=«ghp_0123456789abcdef»,n=1'],
      [`~;a=«ghp_${'a1'.repeat(9)}»,pass=«x»`],
      ['~;users=u&n=1'],
      // the schemes of headers
      ['token «x»'],
      ['Bearer «x y»'],
      ['basic        «x»'],
      ['DIGEST «x»'],
      ['ApiKey «x»'],
      ['token         x'],
      ['tokens x'],
      ['a token x'],
    ]),
  )('%j', expectHidden);
});

describe('a user with a password', () => {
  test.each(
    each([
      ['-u', '«u:p»'],
      ['-u', '«:p»'],
      ['-u', '«u:»'],
      ['-u', '«u:p q»'],
      ['-u«u:p»'],
      ['-u=«u:p»'],
      ['--user=«u:p»'],
      ['--user=«a=b:c»'],
      ['-u', '«a=b:c»'],
      ...['--username', '--login', '--proxy-user', '--userpwd', '--ftp-user', '--http-user'].map((option) => [
        `${option}=«u:p»`,
      ]),
      ['--user', '«u:p»'],
      ['-sSu', '«u:p»'],
      ['-abcdefgu', '«u:p»'],
      ['-u', '«0x1:p»'],
      ['-u', 'u'],
      ['-u', 'u v:p'],
      ['-sSu', '-u«u:p»'],
      ['-u', 'https://h'],
      ['-u', '1000:1000'],
      ['-u', '12.5:3'],
      ['-u1000:1000'],
      ['-url=http://h:80'],
      ['-user=h:80'],
      ['-u-x=h:80'],
      ['x-sSu', 'u:p'],
      ['-sSu!', 'u:p'],
      ['--useru:p'],
      ['-sSx', 'u:p'],
      ['-s1u', 'u:p'],
      ['-abcdefghu', 'u:p'],
      ['--sSu', 'u:p'],
      ['u', 'u:p'],
      // before a host
      ['«u:p»@h'],
      ['«u:p»@h.example:22'],
      ['«u:p»@h/x'],
      ['«u:p@q»@h'],
      ['«u:p/q»@h'],
      ['«u:p»@sha256'],
      ['«u:p»@sha25:22'],
      ['u:p@h:123456'],
      ['«u:p»@h x'],
      ['u:p@'],
      ['u:p@h,x'],
      [':p@h'],
      ['a/b:p@h'],
      ['12:30@h'],
      ['img:tag@sha256:0123abcd'],
      ['img:tag@sha256:01234'],
      ['x@u:p@h'],
    ]),
  )('%j', expectHidden);
});

describe('what programs take', () => {
  test.each(
    each([
      ['mysql', '-p«X9x»', 'db'],
      ['mysql', '-p', 'db'],
      ['mysql', '--pX9x'],
      ['mysql', ';', '-p«X9x»'], // as find(1) has it: no shell stands between
      ['./bin/mysql', '-p«X9x»'],
      ['mysql/x', '-pX9x'],
      ['-p9', 'mysql'],
      ['docker', 'login', '-p', '«x»'],
      ['docker', 'run', '-p8080:80', 'x'],
      // what has the shape of a pair behind no option for one
      ['curl', 'a:b', '-x', 'c:d'],
      ['curl', '-E', 'client.pem', 'h'],
      ['http', 'h', 'Accept:json'],
      ['http', '-a', 'u', 'h'],
      ['ab', '-H', 'Accept:json', 'h'],
      ['ab', '-A', 'u', 'h'],
      ['lftp', 'u,v', '-e', 'a,b'],
      ['lftp', '-u', 'u', 'h'],
      ['smbclient', 'u%p', '-c', 'a%b'],
      ['smbclient', '-U', 'u', 'h'],
      ['docker', 'run', '-p', '80:80', 'login', '-p', '«x»'],
      ['login', 'docker', '-p', '«x»'],
      ['docker', 'login', '-p', '-v', 'x'],
      ['docker', 'login', '-p', ''],
      ['docker', 'login', '-up', '«x»'],
      ['redis-cli', '-a', '«x»', 'y'],
      ['redis-cli', '-ax'],
      ['xfreerdp', '/p:«x»', '/v:h'],
      ['sqlplus', 'scott/«tiger»@db'],
      ['sqlplus', 'scott/'],
      ['sqlplus', '/nolog'],
      ['sqlplus', '@x/y'],
      ['wandb', 'login', '«x»', 'y'],
      ['wandb', 'login', '--relogin', '«x»'],
      ['wandb', 'login', '--host', '«h»', 'x'],
      ['wandb', 'login', '-r', 'x'],
      ['wandb', 'login', '«x--y»', 'z'],
      ['wandb', 'login', '--host=h', 'x'],
      ['wandb', 'sync', '--relogin', 'x'],
      ['wandb', '--relogin', 'x'],
      ['smbclient', '-U', '«u%p»'],
      ['smbclient', '-U«u%p»'],
      ['smbclient', '-U', 'u'],
      ['lftp', '-u', '«u,p»', 'h'],
      ['kaggle', 'config', 'set', '-v', '«x»'],
      ['kaggle', 'config', 'get', '-v', 'x'],
    ]),
  )('%j', expectHidden);
});

describe('a line for a shell', () => {
  test.each(
    each([
      ['sh', '-c', 'mysql -p«X9x» db; x -pX9x'],
      ...[';', '|', '&', '(', ')', '`', '<', '>'].map((end) => ['sh', '-c', `mysql x ${end} x -pX9x`]),
      // in quotes they end nothing
      ['sh', '-c', "mysql 'x;' -p«X9x»"],
      ['sh', '-c', "mysql ';x' -p«X9x»"],
      ['sh', '-c', 'docker login h; docker run -p 80:80 x'],
      ['sh', '-c', 'docker login h && docker login -p «x»'],
      ['sh', '-c', "sshpass -p '«a b»' ssh h"],
      ['sh', '-c', 'x --token «"a b"» y'],
      ['sh', '-c', 'x --token «ab» token of'],
      ['sh', '-c', 'x token «ab12ef»'],
      ['sh', '-c', 'x token abcdef, y'],
      ['sh', '-c', 'x token abcdef y'],
      ['sh', '-c', 'ngrok authtoken «abc1»'],
      ['sh', '-c', 'ngrok config add-authtoken «abc1» -v'],
      ['sh', '-c', 'x token abcdef: y'],
      ['sh', '-c', 'x token «abcdef!»'],
      ['sh', '-c', 'x token «Abcdef»'],
      ['sh', '-c', 'x token 1234567'],
      ['sh', '-c', 'x token «1234567a»'],
      ['sh', '-c', 'x token «abcdefghijkl»'],
      ['sh', '-c', 'x token abcdefghijk'],
      ['sh', '-c', 'x token -v'],
      ['sh', '-c', 'psql -c "ALTER USER u WITH PASSWORD «\'ab cd»\'"'],
      ['sh', '-c', 'psql -c "alter user u with password    «\'ab cd»\'"'],
      ['mysql', '-e', "CREATE USER u IDENTIFIED BY «'ab cd»'; SELECT 1"],
      ['mysql', '-e', "CREATE USER u IDENTIFIED    BY    «'ab cd»'"],
      ['mysql', '-e', "CREATE USER u IDENTIFIED BY «\\'ab cd»\\' x"],
      ['mysql', '-e', "SELECT password, 'ab cd' FROM t"],
    ]),
  )('%j', expectHidden);

  test('within a line, within a line: four deep', () => {
    const inner = (line: string): string => `sh -c "${line.replaceAll(/["\\]/g, '\\$&')}"`;
    let line = 'mysql -p«X9x» db';
    for (let depth = 1; depth <= 4; depth++, line = inner(line)) expectHidden(['ssh', 'h', line]);
    expectHidden(['ssh', 'h', line.replace(/[«»]/g, '')]);
    expectHidden(['ssh', 'h', `a "b 'mysql -p«X9x»'"`]);
  });
});
