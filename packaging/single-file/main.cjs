'use strict';
// What the single file starts with: the package that it carries, laid out in a folder, because Python and worker threads
// are started from files. The folder is the user's own (bin/cache-folder.cjs) and stays; where there is none that is safe,
// one in the temporary folder, which is gone afterwards.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const sea = require('node:sea');
const { ownCacheFolder } = require('../../bin/cache-folder.cjs');

const { digest, files } = JSON.parse(sea.getAsset('index', 'utf8'));

/** The package's folder: the user's own, where it is laid out now or before, else one for this run. */
function packageFolder() {
  const kept = ownCacheFolder();
  return (kept && keptBelow(kept)) ?? forThisRun();
}

/** A name says what is in it: another version has another one. null: it cannot be laid out there. */
function keptBelow(kept) {
  const folder = path.join(kept, `package-${digest}`);
  if (isDone(folder)) return folder;
  let begun = null;
  try {
    begun = fs.mkdtempSync(`${folder}-`);
    layOut(begun);
    fs.renameSync(begun, folder);
    return folder;
  } catch {
    // Another one was quicker; the disk is full, or not to be written.
    if (begun !== null) fs.rmSync(begun, { recursive: true, force: true });
    return isDone(folder) ? folder : null;
  }
}

/** It got its name only when all of it was there. */
function isDone(folder) {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.geteuid() && (stat.mode & 0o077) === 0;
}

/** In the first folder for temporary files that takes it. */
function forThisRun() {
  const failures = [];
  for (const place of new Set([os.tmpdir(), '/tmp', '/var/tmp'])) {
    let folder = null;
    try {
      folder = fs.mkdtempSync(path.join(fs.realpathSync(place), 'lenskit-doctor-'));
      removeAfterwards(folder);
      layOut(folder);
      return folder;
    } catch (error) {
      if (folder !== null) fs.rmSync(folder, { recursive: true, force: true });
      failures.push(error);
    }
  }
  throw failures[0];
}

/** However this process ends – by SIGKILL, or by becoming the command of `lk run` – a pipe of its is closed, and a shell sees it. */
function removeAfterwards(folder) {
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const shell = spawn('/bin/sh', ['-c', 'cat; exec rm -rf "$0"', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  shell.stdin.unref();
}

function layOut(folder) {
  const bytes = new Uint8Array(sea.getRawAsset('files'));
  for (const { name, from, to } of files) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, bytes.subarray(from, to), { mode: 0o600, flag: 'wx' });
  }
}

function start() {
  let folder;
  try {
    folder = packageFolder();
  } catch (error) {
    process.stderr.write(`lk: no folder for its own files: ${error.message}; set TMPDIR to one that can be written\n`);
    process.exitCode = 2;
    return;
  }
  Module.createRequire(path.join(folder, 'package.json'))('./bin/lk.cjs');
}

start();
