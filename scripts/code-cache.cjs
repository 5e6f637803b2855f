// Runs the built program and keeps what V8 compiled of it, of text and of oclif: see bin/load.cjs.
const fs = require('node:fs');
const { cacheFile, headOf, load } = require('../bin/load.cjs');

const scripts = new Map();
const program = load('cli', (name, script, mark) => scripts.set(name, { script, mark }));

// Nobody reads what it says. The program writes to a pipe or a file by its number, to a terminal by Node's stream.
const { write } = process.stdout;
const { writeSync, writeFileSync } = fs;
async function run(...args) {
  process.argv = [process.argv[0], 'lk', ...args];
  process.stdout.write = () => true;
  fs.writeSync = (_, bytes) => bytes.length;
  await program.main();
  process.stdout.write = write;
  fs.writeSync = writeSync;
  process.exitCode = 0;
}

function keep(name) {
  const { script, mark } = scripts.get(name);
  writeFileSync(cacheFile(name), Buffer.concat([headOf(mark), script.createCachedData()]));
}

// Each as soon as it has run: what others need of it would only have to be read.
run('doctor', '--json')
  .then(() => keep('cli'))
  .then(() => run('doctor'))
  .then(() => keep('text'))
  .then(() => run('explain', 'cpu/quota-ignored'))
  .then(() => keep('oclif'));
