'use strict';
// Loads dist/cli.cjs from V8's code cache, which the build leaves beside it: compiling the program costs more
// time than running it. V8 refuses a cache of another Node, and then the program is compiled as ever.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const FILE = path.join(__dirname, '..', 'dist', 'cli.cjs');
// `//` and the SHA-256 of what follows, both at the head of the program and of its cache: V8 itself compares no
// more than the source's length.
const MARK_LENGTH = 2 + 64;
// V8 copies data that does not begin at a word.
const HEAD_LENGTH = 128;

function cacheFile() {
  return path.join(__dirname, '..', 'dist', `cli.${process.version}-${process.arch}.cache`);
}

/** The program's exports; with `compiled`, also the script they come from and the mark of its source. */
function load(compiled) {
  let cached;
  try {
    cached = readFileSync(cacheFile());
  } catch {
    if (!compiled) return withoutBuiltCache();
  }
  // The build writes ASCII alone, so that this is the quickest encoding.
  const source = readFileSync(FILE, 'latin1');
  const mark = source.slice(0, MARK_LENGTH);
  if (!compiled && cached.toString('latin1', 0, MARK_LENGTH) !== mark) return withoutBuiltCache();
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: FILE,
    cachedData: compiled ? undefined : cached.subarray(HEAD_LENGTH),
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module_ = new Module(FILE, module);
  module_.filename = FILE;
  // oclif requires the same file for its commands.
  require.cache[FILE] = module_;
  script.runInThisContext()(module_.exports, Module.createRequire(FILE), module_, FILE, path.dirname(FILE));
  if (compiled) compiled(script, mark);
  return module_.exports;
}

/** Node 22 and newer can keep a cache of their own: not in the system's temporary folder, where anybody may plant one. */
function withoutBuiltCache() {
  if (Module.enableCompileCache && !process.env.NODE_COMPILE_CACHE) {
    const folder = require('./cache-folder.cjs').ownCacheFolder();
    if (folder !== null) Module.enableCompileCache(folder);
  }
  return require(FILE);
}

module.exports = { load, cacheFile, HEAD_LENGTH };
