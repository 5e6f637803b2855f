'use strict';
// Where Node may keep what it compiled: a folder that nobody but this user could have put code into.
const fs = require('node:fs');
const path = require('node:path');

/**
 * The folder, made if need be; null: there is none that is safe, and the program is compiled at every start.
 *
 * It lies in XDG_CACHE_HOME, else `~/.cache`. No part of its path is a symbolic link (the home directory may be
 * one), every part belongs to this user or to root and is written by no other, and the folder itself has mode 0700.
 */
function ownCacheFolder(env = process.env) {
  // Without owners and modes there is nothing to be sure of.
  if (!process.geteuid) return null;
  try {
    const base = cacheHome(env);
    if (base === null) return null;
    // First those above: nothing is made in a home that is another user's.
    const isSafe = (directory) =>
      fs.realpathSync(directory) === directory && chain(directory).every((part) => isKept(fs.lstatSync(part)));
    if (!isSafe(path.dirname(base))) return null;
    make(base);
    if (!isSafe(base)) return null;
    const folder = path.join(base, 'lenskit-doctor');
    make(folder);
    const own = fs.lstatSync(folder);
    return own.isDirectory() && own.uid === process.geteuid() && (own.mode & 0o777) === 0o700 ? folder : null;
  } catch {
    return null;
  }
}

function cacheHome({ XDG_CACHE_HOME: named, HOME: home }) {
  if (named && path.isAbsolute(named)) return path.resolve(named);
  return home && path.isAbsolute(home) ? path.join(fs.realpathSync(home), '.cache') : null;
}

/** A folder and all those above it. */
function chain(directory) {
  const above = path.dirname(directory);
  return above === directory ? [directory] : [directory, ...chain(above)];
}

/** Makes one folder, never those above it: a home directory that is not there stays so. */
function make(directory) {
  try {
    fs.mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

/** A folder in which only this user and root can put something in another's place; /tmp is one by its sticky bit. */
function isKept(stat) {
  const owned = stat.uid === 0 || stat.uid === process.geteuid();
  return stat.isDirectory() && owned && ((stat.mode & 0o022) === 0 || (stat.mode & 0o1000) !== 0);
}

module.exports = { ownCacheFolder };
