'use strict';
// What V8 compiled of the program, kept in the user's own folder (cache-folder.cjs) for a Node that the package was not built
// with.
const fs = require('node:fs');
const path = require('node:path');
const { ownCacheFolder } = require('./cache-folder.cjs');
const { HEAD_LENGTH, hasMark, headOf } = require('./load.cjs');

/** More than any is long, in bytes. */
const MOST = 32 * 1024 * 1024;

/** Reads and keeps caches; null: there is no folder that is safe. */
function ownCache() {
  const folder = ownCacheFolder();
  const node = folder && thisNode();
  return node && { read, keep, forOthers };

  /** Of this program and this Node alone: V8 takes a cache of another version of its own in places, and crashes. */
  function fileOf(name, mark) {
    return path.join(folder, `${name}-${mark.slice(2, 18)}-${node}.cache`);
  }

  /** null: there is none, or it is not whole. */
  function read(name, mark) {
    let fd;
    try {
      fd = fs.openSync(fileOf(name, mark), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
      const stat = fs.fstatSync(fd);
      const isOwn = stat.isFile() && stat.uid === process.geteuid() && (stat.mode & 0o077) === 0;
      return isOwn && stat.size <= MOST ? whole(fs.readFileSync(fd), mark) : null;
    } catch {
      return null;
    } finally {
      if (fd !== undefined) fs.closeSync(fd);
    }
  }

  /** When the program ends, since what it ran by then is compiled. */
  function keep(name, mark, script) {
    process.once('exit', () => {
      if (name === 'cli' && !hasLooked()) return;
      const file = fileOf(name, mark);
      // Several hosts may have the same home.
      const begun = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`;
      let fd;
      try {
        // Where nothing can be written nothing is to be made first.
        fd = fs.openSync(begun, 'wx', 0o600);
        const data = script.createCachedData();
        fs.writeFileSync(fd, Buffer.concat([headOf(mark), data, data]));
        fs.renameSync(begun, file);
      } catch {
        if (fd !== undefined) fs.rmSync(begun, { force: true });
      } finally {
        if (fd !== undefined) fs.closeSync(fd);
      }
    });
  }

  /** The other files of the program are left to Node, from 22 on: not in the system's temporary folder, where anybody may plant one. */
  function forOthers() {
    const { enableCompileCache } = require('node:module');
    if (enableCompileCache && !process.env.NODE_COMPILE_CACHE) enableCompileCache(folder);
  }
}

/**
 * What its caches are told apart by; null: nobody can tell. The size tells apart what was built of one version in two ways; with
 * other flags V8 refuses a cache.
 */
function thisNode() {
  const { version, platform, arch, versions, execPath, execArgv, env } = process;
  const flags = [...execArgv, env.NODE_OPTIONS ?? ''].join(' ').trim();
  try {
    return [version, platform, arch, versions.v8, fs.statSync(execPath).size, ...(flags && [sumOf(flags)])].join('-');
  } catch {
    return null;
  }
}

/** FNV-1a: no secret, and quicker than loading what computes a better one. */
function sumOf(text) {
  let sum = 0x811c9dc5;
  for (const letter of text) sum = Math.imul(sum ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return sum.toString(36);
}

/**
 * The data of a file that is whole: it is there twice, since V8 crashes where a bit of it was lost, and comparing costs less than
 * loading what computes a sum.
 */
function whole(bytes, mark) {
  const middle = (HEAD_LENGTH + bytes.length) / 2;
  const data = bytes.subarray(HEAD_LENGTH, middle);
  const isWhole = hasMark(bytes, mark) && data.equals(bytes.subarray(middle));
  return isWhole && data.length > 0 ? data : null;
}

/** Whether this was a whole `lk doctor` without oclif: what that runs is what is wanted of the program itself. */
function hasLooked() {
  const isOclifs = Object.keys(require.cache).some((file) => path.basename(file) === 'oclif.cjs');
  return process.argv[2] === 'doctor' && process.exitCode !== 2 && !isOclifs;
}

module.exports = { ownCache };
