'use strict';
// Loads dist/cli.cjs, and dist/text.cjs and dist/oclif.cjs where they are needed, from V8's code cache: compiling the program
// costs more time than running it. The build leaves one beside them for its own Node; for any other there is one in the user's
// own folder from the second run on (own-cache.cjs). V8 refuses a cache of another version of itself.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

/** The class of modules. By `node:module` Node would load what registers loaders and maps sources as well. */
const Module = module.constructor;

const DIST = path.join(__dirname, '..', 'dist');
/** The files that have a cache. */
const CACHED = ['cli', 'text', 'oclif'];
// `//` and the SHA-256 of what follows, both at the head of the program and of its cache: V8 itself compares no
// more than the source's length.
const MARK_LENGTH = 2 + 64;
// V8 copies data that does not begin at a word.
const HEAD_LENGTH = 128;

function cacheFile(name) {
  return path.join(DIST, `${name}.${process.version}-${process.platform}-${process.arch}.cache`);
}

/** The exports of one of these. With `compiled` it and what it loads of them are compiled anew: `compiled` gets each one's name, script and mark. */
function load(name, compiled) {
  const file = path.join(DIST, `${name}.cjs`);
  if (require.cache[file]) return require.cache[file].exports;
  // The build writes ASCII alone, so that this is the quickest encoding.
  const source = readFileSync(file, 'latin1');
  const mark = source.slice(0, MARK_LENGTH);
  const built = compiled ? null : builtCache(name, mark);
  // No folder is safe: Node has compiled it as ever.
  if (!compiled && built === null && ownCache() === null) return require(file);
  const scriptBy = (cachedData) =>
    new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
      filename: file,
      cachedData: cachedData ?? undefined,
      importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
  const kept = () => ownCache()?.read(name, mark) ?? null;
  let cachedData = compiled ? null : (built ?? kept());
  let script = scriptBy(cachedData);
  // Where Node runs with other flags than the build did.
  if (built !== null && script.cachedDataRejected) {
    cachedData = kept();
    if (cachedData !== null) script = scriptBy(cachedData);
  }
  const isTaken = cachedData !== null && !script.cachedDataRejected;
  const module_ = new Module(file, module);
  module_.filename = file;
  // oclif requires the program's file for its commands.
  require.cache[file] = module_;
  const ordinary = Module.createRequire(file);
  const required = (id) => {
    const other = CACHED.find((one) => id === `./${one}.cjs`);
    if (other !== undefined) return load(other, compiled);
    if (own && id.startsWith('./')) own.forOthers();
    return ordinary(id);
  };
  script.runInThisContext()(module_.exports, Object.assign(required, ordinary), module_, file, DIST);
  if (compiled) compiled(name, script, mark);
  else if (!isTaken) own?.keep(name, mark, script);
  return module_.exports;
}

/** null: there is none, or one of another source. */
function builtCache(name, mark) {
  let bytes;
  try {
    bytes = readFileSync(cacheFile(name));
  } catch {
    return null;
  }
  return hasMark(bytes, mark) ? bytes.subarray(HEAD_LENGTH) : null;
}

/** What a cache begins with. */
function headOf(mark) {
  return Buffer.from(mark.padEnd(HEAD_LENGTH), 'latin1');
}

function hasMark(bytes, mark) {
  return bytes.toString('latin1', 0, mark.length) === mark;
}

/** Where the build left nothing. */
let own;
function ownCache() {
  if (own === undefined) own = require('./own-cache.cjs').ownCache();
  return own;
}

module.exports = { load, cacheFile, headOf, hasMark, CACHED, HEAD_LENGTH };
