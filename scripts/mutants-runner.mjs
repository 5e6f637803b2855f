// Runs tests for Stryker in one process, without jest's sandboxes: a mutant costs milliseconds where jest takes seconds.
// What the tests of the mutated folders use of @jest/globals is given to them; sources and tests are loaded anew each time.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { transformSync } from 'esbuild';

/** Stryker's copy of the project; known once the process has gone there. */
let root;
const require = createRequire(import.meta.url);
const Module = require('node:module');
/** A test that waits for what a break lets never happen. */
const SECONDS_EACH = 8;
/** How many examples a property has for each break. */
const MOST_RUNS = 100;
/** How many examples a test takes that compares them with what another program says of them, all at once. */
const MOST_SAMPLES = 500;

/** Folders of pure functions, which keep nothing between two calls: they and their tests are loaded once for many breaks. */
const PURE = new Set(['checks', 'plan', 'pools', 'recommend', 'situation']);

class InProcessRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    if (!process.env.LK_MUTANTS_FENCED) throw new Error('only within the fence of scripts/mutants.mjs');
    root = process.cwd();
    loadTypeScript();
    // As in jest: what is thrown while a test runs, from wherever, is the test's.
    process.on('uncaughtException', (error) => thrownMeanwhile(error));
    process.on('unhandledRejection', (error) => thrownMeanwhile(error));
    limitProperties();
  }

  async dryRun({ disableBail }) {
    const tests = await runAll({ bail: !disableBail, chosen: null, activate: () => {} });
    return { status: 'complete', tests, mutantCoverage: stryker().mutantCoverage };
  }

  async mutantRun({ testFilter, activeMutant, mutantActivation, hitLimit, disableBail }) {
    const shared = stryker();
    Object.assign(shared, { hitCount: hitLimit === undefined ? undefined : 0, hitLimit, mutantCoverage: undefined });
    const activate = () => {
      shared.activeMutant = activeMutant.id;
    };
    shared.activeMutant = undefined;
    const isStatic = mutantActivation === 'static';
    if (isStatic) activate();
    const chosen = testFilter ? new Set(testFilter) : null;
    const broken = path.basename(activeMutant.fileName ?? '', '.ts');
    const tests = await runAll({ bail: !disableBail, chosen, activate, keep: !isStatic, broken });
    if (hitLimit !== undefined && shared.hitCount > hitLimit) return { status: 'timeout', reason: 'hit limit' };
    const killer = tests.find(({ status }) => status === FAILED);
    if (!killer) return { status: 'survived', nrOfTests: tests.length };
    return {
      status: 'killed',
      killedBy: [killer.id],
      failureMessage: killer.failureMessage,
      nrOfTests: tests.length,
    };
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];

const SUCCEEDED = 0;
const FAILED = 1;

function stryker() {
  globalThis.__stryker__ ??= {};
  return globalThis.__stryker__;
}

let foundFiles;

/** Tests of a program that is built would not notice a break, and take seconds. Those that start processes come last. */
function testFiles() {
  foundFiles ??= findTestFiles();
  return foundFiles;
}

function findTestFiles() {
  const folder = path.join(root, 'test', process.env.LK_MUTANTS_FOLDER);
  const files = readdirSync(folder, { recursive: true })
    // What tests sizes takes seconds, and says nothing of values.
    .filter((name) => name.endsWith('.test.ts') && name !== 'sizes.test.ts')
    .map((name) => path.join(folder, name))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
    .filter(({ text }) => !/\/cli\.ts'|'\.\/writer\.ts'/.test(text));
  const startsProcesses = ({ text }) => text.includes("'node:child_process'");
  files.sort((a, b) => (a.file < b.file ? -1 : 1));
  return [...files.filter((one) => !startsProcesses(one)), ...files.filter(startsProcesses)].map(({ file }) => file);
}

async function runAll(wanted) {
  const { exit } = process;
  // A break may come to it, and would end those that count the breaks.
  process.exit = (code) => {
    throw new Error(`process.exit(${code})`);
  };
  try {
    return await runFiles(wanted);
  } finally {
    process.exit = exit;
    endChildren();
  }
}

/** A break may leave what watches over files, one process for each: thousands by and by. Not what reads TypeScript. */
function endChildren() {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      const isOurs = Number(parent) === process.pid && !stat.includes('(esbuild)');
      if (isOurs) process.kill(Number(name), 'SIGKILL');
    } catch {
      // it has ended
    }
  }
}

/** Files of tests of pure folders, as they were loaded without a break. */
const kept = new Map();

/** The tests of a file, registered anew, unless they and all sources are known to be as they were. */
function loaded(file, keep) {
  const known = kept.get(file);
  if (keep && known !== undefined) return known;
  forgetModules();
  const suite = newSuite();
  provide(suite);
  require(file);
  if (keep) kept.set(file, suite);
  return suite;
}

async function runFiles({ bail, chosen, activate, keep: mayKeep = false, broken = '' }) {
  const keep = mayKeep && PURE.has(process.env.LK_MUTANTS_FOLDER);
  const results = [];
  // What tests the broken file by its name most likely notices.
  const isNamedAlike = (file) => path.basename(file) === `${broken}.test.ts`;
  const files = [...testFiles().filter(isNamedAlike), ...testFiles().filter((file) => !isNamedAlike(file))];
  for (const file of files) {
    const name = path.relative(root, file);
    if (chosen !== null && ![...chosen].some((id) => id.startsWith(`${name}: `))) continue;
    forgetListeners();
    stryker().currentTestId = undefined;
    let suite;
    try {
      suite = loaded(file, keep);
    } catch (error) {
      results.push({ id: `${name}: `, name, status: FAILED, failureMessage: String(error), timeSpentMs: 0 });
      if (bail) return results;
      continue;
    }
    activate();
    for await (const result of run(suite, name, chosen)) {
      results.push(result);
      if (bail && result.status === FAILED) return results;
    }
  }
  return results;
}

/** The tests of a file, one after the other, each with the hooks of the blocks around it. */
async function* run(suite, file, chosen) {
  const seen = new Map();
  const all = collect(suite.root).map((test) => {
    const name = `${file}: ${test.name}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { ...test, id: times === 1 ? name : `${name} (${times})` };
  });
  const wanted = all.filter(({ id, skipped }) => !skipped && (chosen === null || chosen.has(id)));
  if (wanted.length === 0) return;
  const blocks = [...new Set(wanted.flatMap(({ blocks }) => blocks))];
  let failure = null;
  try {
    for (const block of blocks) for (const hook of block.beforeAll) await hook();
  } catch (error) {
    failure = error;
  }
  for (const { id, blocks, body } of wanted) {
    const begun = performance.now();
    stryker().currentTestId = id;
    let message = failure === null ? null : String(failure);
    try {
      if (message === null) {
        for (const block of blocks) for (const hook of block.beforeEach) await hook();
        await within(Promise.resolve().then(body));
      }
    } catch (error) {
      message = String(error?.message ?? error);
    }
    try {
      for (const block of blocks.toReversed()) for (const hook of block.afterEach) await hook();
    } catch (error) {
      message ??= String(error);
    }
    stryker().currentTestId = undefined;
    const timeSpentMs = performance.now() - begun;
    yield message === null
      ? { id, name: id, status: SUCCEEDED, timeSpentMs }
      : { id, name: id, status: FAILED, failureMessage: message, timeSpentMs };
    endChildren();
    if (message !== null && chosen !== null) break;
  }
  for (const block of blocks.toReversed()) {
    for (const hook of block.afterAll) {
      try {
        await hook();
      } catch {
        // the tests have said what there is to say
      }
    }
  }
}

let thrownMeanwhile = () => {};

async function within(running) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), SECONDS_EACH * 1000);
    thrownMeanwhile = reject;
  });
  late.catch(() => {});
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

function collect(block, names = [], blocks = []) {
  const around = [...blocks, block];
  return block.children.flatMap((child) =>
    child.children
      ? collect(child, [...names, child.name], around)
      : [{ ...child, name: [...names, child.name].join(' › '), blocks: around }],
  );
}

function newSuite() {
  const newBlock = (name) => ({ name, children: [], beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] });
  const suite = { root: newBlock('') };
  let current = suite.root;
  const describe = (name, body) => {
    const block = newBlock(name);
    current.children.push(block);
    const outer = current;
    current = block;
    body();
    current = outer;
  };
  const test = (name, body) => current.children.push({ name, body, skipped: false });
  const skip = (name) => current.children.push({ name, body: () => {}, skipped: true });
  const withEach = (register) => Object.assign(register, { each: each(register) });
  suite.globals = {
    describe: Object.assign(withEach(describe), { skip: withEach(() => {}) }),
    test: Object.assign(withEach(test), { skip: withEach(skip) }),
    expect: require('expect').expect,
    jest: { setTimeout: () => {}, resetModules: forgetModules },
    ...Object.fromEntries(
      ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'].map((hook) => [hook, (body) => current[hook].push(body)]),
    ),
  };
  return suite;
}

function each(register) {
  return (rows) => (name, body) =>
    rows.forEach((row, index) => {
      const values = Array.isArray(row) ? row : [row];
      register(`${name} #${index}`, () => body(...values));
    });
}

/** Properties have few examples, also where a test asks for thousands. */
function limitProperties() {
  const fc = require('fast-check');
  fc.configureGlobal({ numRuns: 25, endOnFailure: true });
  const assert = (property, options = {}) =>
    fc.assert(property, { ...options, numRuns: Math.min(options.numRuns ?? 25, MOST_RUNS) });
  const sample = (arbitrary, options = {}) =>
    fc.sample(
      arbitrary,
      typeof options === 'number'
        ? Math.min(options, MOST_SAMPLES)
        : { ...options, numRuns: Math.min(options.numRuns ?? 10, MOST_SAMPLES) },
    );
  const file = require.resolve('fast-check');
  const limited = { assert, sample };
  const exports = { ...fc, ...limited, default: { ...fc.default, ...limited }, __esModule: true };
  require.cache[file] = Object.assign(new Module(file), { exports, loaded: true });
}

function provide({ globals }) {
  const file = require.resolve('@jest/globals');
  require.cache[file] = Object.assign(new Module(file), { exports: globals, loaded: true });
}

function forgetModules() {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(root) && !file.includes('node_modules')) delete require.cache[file];
  }
}

/** Sources that were loaded before would hear the signals of the next, and answer as they were broken then. */
function forgetListeners() {
  for (const name of process.eventNames()) if (String(name).startsWith('SIG')) process.removeAllListeners(name);
}

function loadTypeScript() {
  const written = new Map();
  Module._extensions['.ts'] = (module, file) => {
    if (!written.has(file)) {
      const { code } = transformSync(readFileSync(file, 'utf8'), {
        loader: 'ts',
        format: 'cjs',
        target: 'node20',
        platform: 'node',
        sourcefile: file,
        supported: { 'dynamic-import': false },
      });
      written.set(file, code);
    }
    module._compile(written.get(file), file);
  };
}
