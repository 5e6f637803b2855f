'use strict';
// Loads dist/cli.cjs, and dist/oclif.cjs where a command needs it, from V8's code cache, which the build leaves beside them:
// compiling the program costs more time than running it. V8 refuses a cache of another Node, and then the program is
// compiled as ever.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const DIST = path.join(__dirname, '..', 'dist');
// `//` and the SHA-256 of what follows, both at the head of the program and of its cache: V8 itself compares no
// more than the source's length.
const MARK_LENGTH = 2 + 64;
// V8 copies data that does not begin at a word.
const HEAD_LENGTH = 128;

function cacheFile(name) {
  return path.join(DIST, `${name}.${process.version}-${process.platform}-${process.arch}.cache`);
}

/** The exports of `cli` or `oclif`. With `compiled` both are compiled anew, and it gets each one's name, script and mark. */
function load(name, compiled) {
  const file = path.join(DIST, `${name}.cjs`);
  if (require.cache[file]) return require.cache[file].exports;
  let cached;
  try {
    cached = readFileSync(cacheFile(name));
  } catch {
    if (!compiled) return withoutBuiltCache(file);
  }
  // The build writes ASCII alone, so that this is the quickest encoding.
  const source = readFileSync(file, 'latin1');
  const mark = source.slice(0, MARK_LENGTH);
  if (!compiled && cached.toString('latin1', 0, MARK_LENGTH) !== mark) return withoutBuiltCache(file);
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData: compiled ? undefined : cached.subarray(HEAD_LENGTH),
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module_ = new Module(file, module);
  module_.filename = file;
  // oclif requires the program's file for its commands.
  require.cache[file] = module_;
  const ordinary = Module.createRequire(file);
  const required = (id) => (id === './oclif.cjs' ? load('oclif', compiled) : ordinary(id));
  script.runInThisContext()(module_.exports, Object.assign(required, ordinary), module_, file, DIST);
  if (compiled) compiled(name, script, mark);
  return module_.exports;
}

/** Node 22 and newer can keep a cache of their own: not in the system's temporary folder, where anybody may plant one. */
function withoutBuiltCache(file) {
  if (Module.enableCompileCache && !process.env.NODE_COMPILE_CACHE) {
    const folder = require('./cache-folder.cjs').ownCacheFolder();
    if (folder !== null) Module.enableCompileCache(folder);
  }
  return require(file);
}

module.exports = { load, cacheFile, HEAD_LENGTH };
