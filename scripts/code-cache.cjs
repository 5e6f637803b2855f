// Runs the built program once and keeps what V8 compiled: see bin/load.cjs.
const { writeFileSync } = require('node:fs');
const { cacheFile, HEAD_LENGTH, load } = require('../bin/load.cjs');

let script;
let mark;
const program = load((compiled, head) => {
  script = compiled;
  mark = head;
});
process.argv = [process.argv[0], 'lk', 'doctor', '--json'];
const { write } = process.stdout;
process.stdout.write = () => true;
program.main().then(() => {
  process.stdout.write = write;
  process.exitCode = 0;
  writeFileSync(
    cacheFile(),
    Buffer.concat([Buffer.from(mark.padEnd(HEAD_LENGTH), 'latin1'), script.createCachedData()]),
  );
});
