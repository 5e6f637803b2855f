import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';

const NOBODY = 65534;
const LARGEST = 4 * 1024 * 1024;

/** The folders of one case: `work` is where the command runs, `home` and `tmp` are its own. */
export class Scratch {
  #mounts = [];

  constructor(root, id) {
    this.id = id;
    this.folder = path.join(root, id);
    this.work = path.join(this.folder, 'work');
    this.home = path.join(this.folder, 'home');
    this.tmp = path.join(this.folder, 'tmp');
    for (const folder of [this.folder, this.work, this.home, this.tmp]) mkdirSync(folder);
  }

  /** A small file system of its own (bytes), which only root can make; call `entry` of it like any folder. */
  mountSmall(folder, bytes) {
    mkdirSync(folder, { recursive: true });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=777`, 'none', folder]);
    if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr}`);
    this.#mounts.push(folder);
  }

  /** A single file that is mounted over another, as containers get theirs: it cannot be replaced, only written. */
  bindFile(source, file) {
    if (spawnSync('mount', ['--bind', source, file]).status === 0) this.#mounts.push(file);
  }

  /** Makes all of it the unprivileged user's, so that this user may do there what it wants. */
  giveAway() {
    const own = (entry) => spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, entry]);
    for (const folder of [this.work, this.home, this.tmp]) own(folder);
    chownSync(this.folder, NOBODY, NOBODY);
  }

  remove() {
    this.unmount();
    try {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 2 });
    } catch {
      // names and folders that Node cannot remove
      spawnSync('rm', ['-rf', this.folder]);
    }
  }

  unmount() {
    for (const folder of this.#mounts.splice(0)) spawnSync('umount', ['-l', folder]);
  }

  /** What is in `work` and `home`, by path (Latin-1, so that every name has one). */
  contents() {
    const found = new Map();
    for (const folder of [this.work, this.home]) walk(Buffer.from(folder), found);
    return found;
  }

  /** Names of what is in the folder for temporary files. */
  temporary() {
    return readdirSync(this.tmp);
  }
}

/** Adds every entry below a folder; never follows a link. Unreadable ones are opened up for the look, and closed again. */
function walk(folder, found) {
  for (const name of entries(folder)) {
    const file = Buffer.concat([folder, Buffer.from('/'), name]);
    const entry = entryOf(file);
    if (!entry) continue;
    found.set(file.toString('latin1'), entry);
    if (entry.type === 'directory') walk(file, found);
  }
}

function entries(folder) {
  try {
    return readdirSync(folder, { encoding: 'buffer' });
  } catch {
    return [];
  }
}

/** Type, mode, owner and content of one entry; null where it is gone. */
export function entryOf(file) {
  try {
    const stat = lstatSync(file);
    const common = { mode: stat.mode & 0o7777, owner: `${stat.uid}:${stat.gid}` };
    if (stat.isSymbolicLink()) return { ...common, type: 'link', content: readlinkSync(file, { encoding: 'buffer' }) };
    if (stat.isDirectory()) return { ...common, type: 'directory' };
    if (!stat.isFile()) return { ...common, type: 'special' };
    if (stat.size > LARGEST)
      return { ...common, type: 'file', content: Buffer.from(`${stat.size} ${stat.mtimeMs}`), large: true };
    return { ...common, type: 'file', content: readFileSync(file) };
  } catch {
    return null;
  }
}

/** A socket that nobody listens at. */
export function makeSocket(file) {
  const bind = 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
  spawnSync('python3', ['-c', bind, file]);
}
