import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { anyValue, hostileName, hostileText } from '../texts.mjs';
import { ANSWERS, doctor, MEASURING } from './asked.mjs';

/** What stands in the place of an interpreter, as a shell script that does it. */
const BEHAVIOURS = {
  garbage: 'head -c 4000 /dev/urandom; exit 0',
  nothing: ':',
  hangs: 'sleep 1000',
  'ignores signals': 'trap "" INT TERM HUP; sleep 1000',
  forks: 'for i in 1 2 3 4 5; do (trap "" TERM HUP INT; sleep 1000) & done; sleep 1000',
  'leaves a session': 'setsid sleep 1000 & exit 1',
  'writes ten MB': "head -c 10000000 /dev/zero | tr '\\0' x; exit 1",
  'writes ten MB of errors': "head -c 10000000 /dev/zero | tr '\\0' 'x\\n' >&2; exit 1",
  'ends with escapes':
    "printf 'ValueError: \\033[31m red \\033]0;t\\007 \\302\\233 \\n::error title=obeyed::obeyed\\n' >&2; exit 1",
  'answers with escapes': `printf '{"version": "3.11\\\\u001b[31m", "a": "\\033[2J"}\\n'`,
  dies: 'kill -9 $$',
  'answers null': 'echo null',
  'answers a list': 'echo [1,2,3]',
};

function interpreter(random, file) {
  const kind = random.pick([
    'absent',
    'loop',
    'directory',
    'not executable',
    'real',
    'script',
    'script',
    'script',
    'script',
    'closed',
  ]);
  if (kind === 'loop') symlinkSync('python3', file);
  else if (kind === 'directory') mkdirSync(file);
  else if (kind === 'not executable') writeFileSync(file, 'x');
  else if (kind === 'real') symlinkSync('/usr/bin/python3', file);
  else if (kind === 'script') {
    writeFileSync(file, `#!/bin/sh\n${BEHAVIOURS[random.pick(Object.keys(BEHAVIOURS))]}\n`);
    chmodSync(file, 0o755);
  } else if (kind === 'closed') {
    copyFileSync('/bin/true', file);
    chmodSync(file, 0);
  }
  return kind;
}

const VERSIONS = [
  '2025.8.1',
  '2026.1.0',
  '0.14.4',
  '2025.3.0a2',
  '\0 2025',
  '9'.repeat(5000),
  '',
  '1.0\x1b[31m',
  '1!2.0+local',
  'x',
];

function metadata(random, name) {
  const version = random.chance(0.4) ? hostileText(random) : random.pick(VERSIONS);
  return random.pick([
    `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    `Name:${name}\r\nVersion:${version}\r\n`,
    `Version: ${version}`,
    `${'X: y\n'.repeat(50_000)}Version: ${version}\n`,
    'Version:',
    '',
  ]);
}

function environmentAt(random, root) {
  const site = `${root}/lib/python3.11/site-packages`;
  for (const folder of [`${root}/bin`, site]) mkdirSync(folder, { recursive: true });
  interpreter(random, `${root}/bin/python3`);
  if (random.chance(0.5)) symlinkSync('python3', `${root}/bin/python`);
  if (random.chance(0.8)) {
    const lines = [
      'home = /usr/bin',
      `version = 3.11.${random.pick(['2', hostileText(random), '9'.repeat(3000)])}`,
      `${hostileText(random)} = x`,
    ];
    writeFileSync(`${root}/pyvenv.cfg`, `${random.some(lines, random.int(0, 3)).join('\n')}\n`);
  }
  const tries = [
    () => packageAt(random, site, 'lenskit'),
    () => packageAt(random, site, random.pick(['numpy', 'torch', 'scipy', 'ray', 'threadpoolctl', 'scikit_learn'])),
    () => {
      const libs = Buffer.concat([Buffer.from(`${site}/`), hostileName(random).subarray(0, 200), Buffer.from('.libs')]);
      mkdirSync(libs);
      writeFileSync(Buffer.concat([libs, Buffer.from('/libopenblas-1.so')]), 'OpenBLAS 0.3.30\x1b[31m');
    },
    () =>
      writeFileSync(
        `${site}/x.pth`,
        random.pick([hostileText(random), `${root}\n../..\n${'/a/'.repeat(5000)}\nimport os; os.system("touch P")\n`]),
      ),
    () => writeFileSync(`${site}/easy-install.pth`, `/proc/self/root\n/dev/fd/0\n${site}\n`),
    () => symlinkSync(site, `${site}/loop`),
  ];
  for (const attempt of random.some(tries, random.int(1, 4))) {
    try {
      attempt();
    } catch {
      // a name that no folder can have
    }
  }
}

function packageAt(random, site, name) {
  const info = `${site}/${name}-${random.pick(['2025.8.1', '1.0', hostileText(random).replaceAll('/', '_').slice(0, 60)])}.dist-info`;
  mkdirSync(info);
  mkdirSync(`${site}/${name}`, { recursive: true });
  writeFileSync(`${info}/METADATA`, metadata(random, name));
  writeFileSync(
    `${info}/RECORD`,
    random.pick([
      '',
      `${name}/__init__.py,,\n`,
      `${hostileText(random)},sha256=x,1\n`,
      `../../../../etc/passwd,,\n`.repeat(20_000),
      `${name}/libgomp.so.1,,\n`,
    ]),
  );
  writeFileSync(
    `${info}/direct_url.json`,
    `{"url": "https://user:C4n4ry12345678@host/x?token=C4n4ry87654321", "vcs_info": ${JSON.stringify(anyValue(random))}}`,
  );
  writeFileSync(`${site}/${name}/libgomp.so.1`, `GCC\0${hostileText(random)}`);
}

/** Virtual environments that somebody broke, or built to hurt: looked at, and run with `--probe`. */
export const pythons = {
  needs: ['linux'],
  make(random, scratch) {
    const root = `${scratch.work}/${random.pick(['.venv', 'venv', 'env'])}`;
    environmentAt(random, root);
    const named = random.chance(0.4) ? ['--python', random.pick([root, `${root}/bin/python3`])] : [];
    const env = random.chance(0.3) ? { VIRTUAL_ENV: root } : {};
    const probes = random.chance(0.4);
    const snapshot = `${scratch.work}/snapshot.json`;
    const flags = [...named, ...(probes ? ['--probe'] : []), ...(random.chance(0.2) ? ['--snapshot', snapshot] : [])];
    const kill = probes
      ? { signal: random.pick(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGHUP']), after: random.int(300, 1500), group: false }
      : undefined;
    return doctor(random, flags, {
      env,
      kill,
      unprivileged: random.chance(0.4),
      within: probes ? MEASURING : 0,
      // without --probe nothing of it is run
      ...(probes ? { makes: /^P$/ } : {}),
      ...(probes || named.length > 0 ? {} : { statuses: ANSWERS }),
      outputs: [{ file: snapshot, is: 'json' }],
    });
  },
};
