import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeSocket } from '../scratch.mjs';
import { anyValue, hostileName, hostileText } from '../texts.mjs';
import { ANSWERS, bench, checkScript, doctor } from './asked.mjs';

const CGROUP = `0::/${'a/'.repeat(3)}job\n`;
/** What `lk` reads of a machine, with something that it is. */
const FILES = {
  'proc/self/cgroup': () => CGROUP,
  'proc/self/mountinfo': () =>
    '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n25 0 0:22 / /dev/shm rw - tmpfs shm rw,size=64k\n',
  'proc/self/status': () => 'Name:\tx\nCpus_allowed_list:\t0-3\nMems_allowed_list:\t0\n',
  'proc/self/limits': () =>
    'Limit                     Soft Limit           Hard Limit           Units\nMax processes             100                  100                  processes\nMax open files            1024                 1024                 files\n',
  'proc/self/environ': () => 'PATH=/usr/bin\0',
  'proc/meminfo': () => 'MemTotal: 1000000 kB\nMemAvailable: 500000 kB\n',
  'proc/cpuinfo': () => 'processor\t: 0\nmodel name\t: Xeon\n',
  'proc/sys/kernel/threads-max': () => '1000\n',
  'proc/1/cgroup': () => '0::/\n',
  'sys/devices/system/cpu/online': () => '0-3\n',
  'sys/devices/system/cpu/isolated': () => '\n',
  'sys/fs/cgroup/cgroup.controllers': () => 'cpu cpuset memory\n',
  'sys/fs/cgroup/a/a/a/job/cpu.max': () => '150000 100000\n',
  'sys/fs/cgroup/a/cpu.max': () => 'max 100000\n',
  'sys/fs/cgroup/a/a/a/job/cpu.stat': () => 'nr_periods 10\nnr_throttled 5\nthrottled_usec 1000\n',
  'sys/fs/cgroup/a/a/a/job/memory.max': () => '1000000\n',
  'sys/fs/cgroup/a/a/a/job/cpuset.cpus.effective': () => '0-1\n',
  'etc/os-release': () => 'NAME=x\n',
  'usr/bin/python3': () => '',
  'root/.venv/pyvenv.cfg': () => 'version = 3.11.2\n',
};
const LISTS = [
  '0-99999999999',
  '0-1000000',
  '3-1',
  '0,0,0',
  ',',
  '-',
  '1-',
  `0-${'9'.repeat(3000)}`,
  `${'0-1,'.repeat(50_000)}5`,
];

function content(random, honest) {
  return random.pick([
    () => honest,
    () => honest,
    () => honest.replace(/\d+/, () => random.pick(LISTS)),
    () => honest.replace(/job|cgroup|x|max|a/, () => hostileText(random)),
    () => honest.replace(/\d+/, () => anyValue(random)),
    () => `0::/${'d/'.repeat(20_000)}\n`,
    () => honest.repeat(random.pick([2, 5000])),
    () => random.bytes(300).toString('latin1'),
    () => '',
  ])();
}

/** Something that is no readable file. */
function strange(random, file) {
  random.pick([
    () => symlinkSync(path.basename(file), file),
    () => mkdirSync(file),
    () => spawnSync('mkfifo', [file]),
    () => spawnSync('mknod', [file, 'c', '1', random.pick(['3', '5', '7', '8'])]),
    () => makeSocket(file),
    () => writeFileSync(file, 'x', { mode: 0 }),
    () => symlinkSync('/nonexistent/x', file),
    () => symlinkSync(random.pick(['/dev/zero', '/dev/tty', '/proc/kmsg', '/dev/ptmx']), file),
    () => {
      writeFileSync(file, '');
      truncateSync(file, 2 ** 40);
    },
    () => symlinkSync('a'.repeat(4000), file),
  ])();
}

function sysroot(random, root) {
  for (const [name, honest] of Object.entries(FILES)) {
    if (random.chance(0.1)) continue;
    const file = path.join(root, name);
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      if (random.chance(0.1)) strange(random, file);
      else writeFileSync(file, content(random, honest()));
      if (random.chance(0.03)) chmodSync(path.dirname(file), random.pick([0, 0o111, 0o444]));
    } catch {
      // below something that is no folder any more
    }
  }
}

/** Folders of hostile names, closed and looping ones, as somebody's PATH, working folder or environment. */
function realTree(random, root) {
  const made = [];
  for (let i = random.int(2, 6); i > 0; i--) {
    const file = Buffer.concat([Buffer.from(`${root}/`), hostileName(random)]);
    try {
      if (random.chance(0.5)) {
        mkdirSync(file);
        if (random.chance(0.4))
          strange(random, `${file.toString()}/${random.pick(['python3', 'lenskit.toml', '.venv', 'pyvenv.cfg'])}`);
        if (random.chance(0.4)) chmodSync(file, random.pick([0, 0o111, 0o444]));
        made.push(file.toString());
      } else strange(random, file.toString());
    } catch {
      // no name for this file system
    }
  }
  return made;
}

/** Other machines' files below a folder, and folders of this one, that nobody tidied. */
export const trees = {
  needs: ['linux', 'mkfifo'],
  make(random, scratch) {
    const root = `${scratch.work}/root`;
    mkdirSync(root);
    const unprivileged = random.chance(0.6);
    if (random.chance(0.5)) {
      sysroot(random, root);
      return doctor(random, ['--sysroot', root], { unprivileged });
    }
    const folders = realTree(random, root);
    const folder = folders.length > 0 ? random.pick(folders) : root;
    const closed = `${root}/${'n'.repeat(200)}`;
    const long = `/${'long/'.repeat(1500)}`;
    const way = random.int(0, 5);
    if (way === 0)
      return doctor(random, [], {
        unprivileged,
        statuses: ANSWERS,
        env: { PATH: [folder, closed, long, ...folders, '/usr/bin', '/bin'].join(':') },
      });
    if (way === 1)
      return doctor(random, ['--python', random.pick([folder, `${folder}/python3`, long])], { unprivileged });
    if (way === 2)
      return doctor(random, [], {
        unprivileged,
        statuses: ANSWERS,
        env: { VIRTUAL_ENV: folder, CONDA_PREFIX: folder, PYTHONPATH: `${folder}:${long}` },
      });
    if (way === 3) return checkScript(random, [root], { unprivileged });
    if (way === 4)
      return doctor(random, [], {
        unprivileged,
        statuses: ANSWERS,
        env: { HOME: folder, XDG_CACHE_HOME: `${folder}/c` },
        makes: /^(c|lk|lenskit-doctor)/,
      });
    return bench(random, ['--python', folder], ['true'], { unprivileged });
  },
};
