// Runs the built program once and keeps what V8 compiled: see bin/load.cjs.
const { writeFileSync } = require('node:fs');
const { cacheFile, load } = require('../bin/load.cjs');

let script;
const program = load((compiled) => {
  script = compiled;
});
process.argv = [process.argv[0], 'lk', 'doctor', '--json'];
const { write } = process.stdout;
process.stdout.write = () => true;
program.main().then(() => {
  process.stdout.write = write;
  process.exitCode = 0;
  writeFileSync(cacheFile(), script.createCachedData());
});
