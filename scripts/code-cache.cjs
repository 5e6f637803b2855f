// Runs the built program once and keeps what V8 compiled: see bin/load.cjs.
const fs = require('node:fs');
const { cacheFile, HEAD_LENGTH, load } = require('../bin/load.cjs');

let script;
let mark;
const program = load((compiled, head) => {
  script = compiled;
  mark = head;
});
process.argv = [process.argv[0], 'lk', 'doctor', '--json'];
// Nobody reads the report. The program writes to a pipe or a file by its number, to a terminal by Node's stream.
const { write } = process.stdout;
const { writeSync } = fs;
process.stdout.write = () => true;
fs.writeSync = (_, bytes) => bytes.length;
program.main().then(() => {
  process.stdout.write = write;
  fs.writeSync = writeSync;
  process.exitCode = 0;
  fs.writeFileSync(
    cacheFile(),
    Buffer.concat([Buffer.from(mark.padEnd(HEAD_LENGTH), 'latin1'), script.createCachedData()]),
  );
});
