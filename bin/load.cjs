'use strict';
// Loads dist/cli.cjs from V8's code cache, which the build leaves beside it: compiling the program costs more
// time than running it. V8 refuses a cache of another Node, and then the program is compiled as ever.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const FILE = path.join(__dirname, '..', 'dist', 'cli.cjs');

function cacheFile() {
  return path.join(__dirname, '..', 'dist', `cli.${process.version}-${process.arch}.cache`);
}

/** The program's exports; with `compiled`, also the script they come from. */
function load(compiled) {
  let cachedData;
  try {
    cachedData = readFileSync(cacheFile());
  } catch {
    // Node 22 and newer can keep a cache of their own, in the system's temporary folder.
    if (!compiled) {
      Module.enableCompileCache?.();
      return require(FILE);
    }
  }
  // The build writes ASCII alone, so that this is the quickest encoding.
  const source = readFileSync(FILE, 'latin1');
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: FILE,
    cachedData,
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module_ = new Module(FILE, module);
  module_.filename = FILE;
  // oclif requires the same file for its commands.
  require.cache[FILE] = module_;
  script.runInThisContext()(module_.exports, Module.createRequire(FILE), module_, FILE, path.dirname(FILE));
  if (compiled) compiled(script);
  return module_.exports;
}

module.exports = { load, cacheFile };
