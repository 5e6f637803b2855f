/** Options that take `user:password` (curl, wget, httpie and whoever follows them), whatever the program is. */
export const PAIR_OPTIONS: readonly string[] = [
  '-u',
  '-U',
  '--user',
  '--username',
  '--login',
  '--proxy-user',
  '--userpwd',
  '--ftp-user',
  '--http-user',
];

/** Words that stand before a secret without being options: `npm token X`, `password X` in a .netrc. */
export const ANNOUNCING: ReadonlySet<string> = new Set([
  'add-authtoken',
  'api-key',
  'api_key',
  'apikey',
  'authtoken',
  'bearer',
  'passphrase',
  'passwd',
  'password',
  'secret',
  'token',
]);

/** How a program takes its secrets, beyond options whose names say so. */
export interface Credentials {
  programs: readonly string[];
  /** Only behind this word: `docker login -p X`, not `docker run -p 80:80`. */
  behind?: string;
  /** Options whose next word is a secret. */
  next?: readonly string[];
  /** Options that have their secret in the same word: `-pX`. */
  same?: readonly string[];
  /** Options whose value has a secret behind the first of these letters. */
  pair?: { options: readonly string[]; separator: string };
  /** Words, no options, behind which the next word that is no option is a secret. */
  after?: readonly string[];
  /** Arguments that hold a secret: what is hidden is the first group. */
  shape?: RegExp;
}

/** What is known of programs' command lines, from their manual pages. */
export const CREDENTIALS: readonly Credentials[] = [
  // Of these `-p X` asks for a password, and X is a database.
  {
    programs: [
      ...['mysql', 'mysqladmin', 'mysqlbinlog', 'mysqlcheck', 'mysqldump', 'mysqlimport', 'mysqlsh', 'mysqlshow'],
      ...['mysqlslap', 'mycli', 'mariadb', 'mariadb-admin', 'mariadb-dump', 'mariadb-import'],
    ],
    same: ['-p'],
  },
  { programs: ['sshpass'], next: ['-p'], same: ['-p'] },
  {
    programs: ['curl'],
    next: ['-b'],
    same: ['-b'],
    pair: { options: ['-E', '--cert', '--proxy-cert'], separator: ':' },
  },
  { programs: ['http', 'https', 'httpie', 'xh', 'xhs'], pair: { options: ['-a'], separator: ':' } },
  { programs: ['ab'], next: ['-C'], pair: { options: ['-A', '-P'], separator: ':' } },
  { programs: ['lftp'], pair: { options: ['-u', '--user'], separator: ',' } },
  {
    programs: ['smbclient', 'smbget', 'rpcclient', 'net', 'smbmap'],
    pair: { options: ['-U', '--user'], separator: '%' },
  },
  {
    programs: ['docker', 'podman', 'buildah', 'skopeo', 'nerdctl', 'helm', 'oras', 'crane', 'az', 'oc', 'cf', 'argocd'],
    behind: 'login',
    next: ['-p'],
    same: ['-p'],
  },
  {
    programs: ['mongo', 'mongosh', 'mongodump', 'mongorestore', 'mongoimport', 'mongoexport', 'cqlsh', 'twine'],
    next: ['-p'],
    same: ['-p'],
  },
  { programs: ['sqlcmd', 'bcp', 'tsql', 'zip', 'unzip', 'mosquitto_pub', 'mosquitto_sub'], next: ['-P'], same: ['-P'] },
  { programs: ['7z', '7za', '7zr', '7zz', 'rar', 'unrar'], same: ['-p'] },
  { programs: ['redis-cli', 'valkey-cli'], next: ['-a'] },
  { programs: ['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapdelete', 'ldapwhoami', 'ldappasswd'], next: ['-w', '-s'] },
  { programs: ['ipmitool'], next: ['-P'], same: ['-P'] },
  { programs: ['snmpget', 'snmpwalk', 'snmpset', 'snmpbulkwalk'], next: ['-c', '-A', '-X'] },
  { programs: ['openssl'], next: ['-k', '-K'] },
  { programs: ['xfreerdp', 'wfreerdp', 'xfreerdp3'], same: ['/p:'] },
  { programs: ['sqlplus', 'sqlldr', 'rman'], shape: /^[^\s/@]{1,200}\/([^\s@]{1,400})/ },
  { programs: ['wandb', 'vault', 'comet', 'neptune', 'prefect'], after: ['login'] },
  { programs: ['ngrok'], after: ['authtoken'] },
  { programs: ['rclone'], after: ['obscure', 'pass', 'key'] },
  { programs: ['kaggle'], behind: 'set', next: ['-v'] },
];
