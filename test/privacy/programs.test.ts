import { describe, expect, test } from '@jest/globals';
import { withoutSecretArguments } from '../../src/privacy/secret-arguments.ts';

const SECRET = 'Zq7hunter2x';
const shown = (line: string): string => withoutSecretArguments(line.split(' ')).join(' ');
const each = (names: string): string[] => names.split(' ');

const MYSQL =
  'mysql mysqladmin mysqlbinlog mysqlcheck mysqldump mysqlimport mysqlsh mysqlshow mysqlslap mycli mariadb mariadb-admin mariadb-dump mariadb-import';
const REGISTRIES = 'docker podman buildah skopeo nerdctl helm oras crane az oc cf argocd';
const MONGO = 'mongo mongosh mongodump mongorestore mongoimport mongoexport cqlsh twine';

/** By their manual pages: where each of these programs has a secret, `S`. */
const LINES: string[] = [
  ...each(MYSQL).map((program) => `${program} -uroot -pS db`),
  ...[
    'sshpass -p S ssh h',
    'sshpass -pS ssh h',
    'curl -b S h',
    'curl -bS h',
    'curl -sb S h',
    'env FOO=1 /usr/bin/curl -b S h',
  ],
  ...each('-E --cert --proxy-cert').map((option) => `curl ${option} client.pem:S h`),
  ...each('http https httpie xh xhs').map((program) => `${program} -a me:S h`),
  ...['ab -C S h', 'ab -A me:S h', 'ab -P me:S h', 'lftp -u me,S h', 'lftp --user me,S h'],
  ...each('smbclient smbget rpcclient net smbmap').flatMap((one) => [`${one} -U me%S h`, `${one} --user me%S h`]),
  ...each(REGISTRIES).flatMap((program) => [`${program} login -p S h`, `${program} login -pS h`]),
  ...each(MONGO).flatMap((program) => [`${program} -p S db`, `${program} -pS db`]),
  ...each('sqlcmd bcp tsql zip unzip mosquitto_pub mosquitto_sub ipmitool').flatMap((one) => [
    `${one} -P S x`,
    `${one} -PS x`,
  ]),
  ...each('7z 7za 7zr 7zz rar unrar').map((program) => `${program} x -pS a.7z`),
  ...each('redis-cli valkey-cli').map((program) => `${program} -a S ping`),
  ...each('ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd').flatMap((one) => [
    `${one} -w S x`,
    `${one} -s S x`,
  ]),
  ...each('snmpget snmpwalk snmpset snmpbulkwalk').flatMap((one) => each('-c -A -X').map((to) => `${one} ${to} S h`)),
  ...['openssl enc -k S', 'openssl enc -K S'],
  ...each('xfreerdp wfreerdp xfreerdp3').map((program) => `${program} /u:me /p:S /v:h`),
  ...each('sqlplus sqlldr rman').map((program) => `${program} scott/S@db`),
  ...each('wandb vault comet neptune prefect').map((program) => `${program} login S`),
  ...['ngrok authtoken S', 'ngrok config add-authtoken S', 'rclone obscure S', 'rclone config create r s3 key S'],
  ...['rclone config create r sftp pass S', 'kaggle config set -n key -v S'],
  ...each('-u -U --user --username --login --proxy-user --userpwd --ftp-user --http-user').map(
    (option) => `program ${option} me:S h`,
  ),
  ...each(
    'add-authtoken api-key api_key apikey authtoken bearer passphrase passwd password secret token Token aws_secret_access_key db.password my-secret x_token y_api_key',
  ).map((word) => `program ${word} S`),
  ...['program --token S', 'program --token=S', 'program DB_PASSWORD=S', 'program --env=DB_PASSWORD=S', 'me:S@host/x'],
  ...['program -H X-Api-Key:S', 'openssl -passin pass:S', 'program :ftp,host=h,pass=S', 'dsn user=u&password=S'],
];

test.each(LINES)('%s', (line) => {
  // Of a pair the user goes as well.
  expect(shown(line.replace(/S(?![a-zA-Z])/, SECRET))).toBe(
    line.replace(/(?:(?:client\.pem|me)[:,%])?S(?![a-zA-Z])/, '…'),
  );
  const within = ['sh', '-c', line.replace(/S(?![a-zA-Z])/, SECRET)];
  expect(withoutSecretArguments(within).join(' ')).not.toContain(SECRET);
});

/** The same options of other programs, or elsewhere, are none. */
test.each([
  ...each('-p -P -a -b -w -k -c -v').map((option) => `program ${option} ${SECRET} x`),
  ...each('-p -P -b /p:').map((option) => `program ${option}${SECRET} x`),
  `docker run -p ${SECRET} x`,
  `mysql -p ${SECRET}`,
  `wandb sync ${SECRET}`,
  `kaggle get -v ${SECRET}`,
  `program scott/${SECRET}@db`,
  'program -u 1000:1000 x',
  'program --user me h',
  'program image:tag@sha256:0123abcd',
  'program me@host:path x',
  'program --map 3:4 12:30 localhost:8080',
  'git clone git@github.com:me/x.git',
  'program token -v',
  'program KEY=VALUE',
])('stays: %s', (line) => expect(shown(line)).toBe(line));

describe('lines of a shell', () => {
  test('each command by itself, and the quotes stay', () => {
    const line = `mysql -p'${SECRET}' db; program -p'plain' && (sshpass -p "${SECRET}" ssh h) | docker login -p ${SECRET}`;
    expect(withoutSecretArguments(['sh', '-c', line])[2]).toBe(
      `mysql -p'…' db; program -p'plain' && (sshpass -p "…" ssh h) | docker login -p …`.replace("-p'…'", '-p…'),
    );
  });

  test.each([
    [`psql -c "ALTER ROLE x PASSWORD '${SECRET}'"`],
    [`mysql -e "CREATE USER x IDENTIFIED BY '${SECRET}'"`],
    [`ssh h "sh -c 'curl -u me:${SECRET} h'"`],
  ])('%s', (line) => expect(withoutSecretArguments(['sh', '-c', line])[2]).not.toContain(SECRET));
});
