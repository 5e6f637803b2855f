// Asks every operation of a host about paths and prints what broke its promise, a JSON document. Run by
// hostile.test.ts, as a user who may not do everything.
'use strict';
const [bundle, root, listed] = process.argv.slice(2);
const { machineBelow, thisMachine } = require(bundle);
const LIMIT = 5000;
const REASONS = ['missing', 'denied', 'not a file', 'too large', 'loop', 'failed'];

const PROMISES = {
  read: (host, path) => {
    const read = host.read(path, LIMIT);
    if (read.ok) return typeof read.text === 'string' && read.text.length <= LIMIT && typeof read.utf8 === 'boolean';
    return REASONS.includes(read.reason) && read.detail.length > 0;
  },
  parts: (host, path) => {
    const bytes = host.parts(path, (part) => part(2, 100));
    return bytes === null || (bytes instanceof Uint8Array && bytes.length <= 100);
  },
  list: (host, path) => {
    const names = host.list(path, 100);
    return names === null || (names.length <= 100 && names.every((name, at) => at === 0 || names[at - 1] <= name));
  },
  kind: (host, path) => ['file', 'directory', 'other', null].includes(host.kind(path)),
  realpath: (host, path) =>
    ['string', 'object'].includes(typeof host.realpath(path)) && host.realpath(path) !== undefined,
  isExecutable: (host, path) => typeof host.isExecutable(path) === 'boolean',
};

const broken = [];
const reasons = {};
for (const [name, host, prefix] of [
  ['live', thisMachine(), root],
  ['below', machineBelow(root), ''],
]) {
  for (const path of JSON.parse(listed)) {
    for (const [operation, holds] of Object.entries(PROMISES)) {
      try {
        if (!holds(host, prefix + path)) broken.push({ name, operation, path });
      } catch (error) {
        broken.push({ name, operation, path, error: String(error) });
      }
    }
    const read = host.read(prefix + path, LIMIT);
    const reason = read.ok ? 'ok' : read.reason;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
}
console.log(JSON.stringify({ broken, reasons }));
