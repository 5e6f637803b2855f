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

/** The package's folder, laid out now or before. A name says what is in it: another version has another one. */
function packageFolder() {
  const kept = ownCacheFolder();
  if (kept === null) return forThisRun();
  const folder = path.join(kept, `package-${digest}`);
  if (isDone(folder)) return folder;
  const begun = fs.mkdtempSync(`${folder}-`);
  try {
    layOut(begun);
    fs.renameSync(begun, folder);
  } catch {
    fs.rmSync(begun, { recursive: true, force: true });
    // Another one was quicker, or the disk is full.
    if (!isDone(folder)) return forThisRun();
  }
  return folder;
}

/** It got its name only when all of it was there. */
function isDone(folder) {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.geteuid() && (stat.mode & 0o077) === 0;
}

function forThisRun() {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'lenskit-doctor-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  removeAfterwards(folder);
  layOut(folder);
  return folder;
}

/** However this process ends – by SIGKILL, or by becoming the command of `lk run` – a pipe of its is closed, and a shell sees it. */
function removeAfterwards(folder) {
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
