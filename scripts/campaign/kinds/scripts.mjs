import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { hostileName, hostileText } from '../texts.mjs';
import { checkScript, doctor } from './asked.mjs';

const PROGRAM = `#!/usr/bin/env python3
"""A job."""
import sys
from lenskit.batch import recommend
from lenskit.data import load_movielens

THREADS = 4

def load(path):
    return load_movielens(path)

data = load("ml")
for user in range(3):
    print(user)
recs = recommend(None, [1, 2], n=10)
print(f"{len(recs)}")
`;
const PIECES = [
  '(',
  ')',
  '[',
  '{',
  ':',
  '\n',
  '    ',
  '\t',
  '"""',
  "'",
  'def f():\n',
  'class A:\n',
  'if __name__ == "__main__":\n',
  'lambda ',
  'async ',
  'match x:\n',
  'import os\n',
  'from . import *\n',
  '\\\n',
  '\f',
  '\0',
  ';',
  '@',
  'yield ',
  'exec("x")\n',
  'try:\n',
  'finally:\n',
  'f"{',
  '#',
];
const COOKIES = { latin1: 'latin-1', cp1252: 'cp1252', utf8: 'utf-8', unknown: 'klingon', utf16: 'utf-16' };

function source(random) {
  return random.pick([
    () => PROGRAM,
    () => mutated(random),
    () => mutated(random),
    () => Array.from({ length: random.int(1, 30) }, () => random.pick(PIECES)).join(''),
    () =>
      `${PROGRAM}x = ${JSON.stringify(hostileText(random))}\nrecommend("${hostileText(random).replaceAll('\n', ' ')}", [1])\n`,
    () => `x = ${'('.repeat(random.pick([50, 5000]))}\n`,
    () => `${PROGRAM}x = ${'[1, '.repeat(2000)}\n`,
    () => Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}if x:\n`).join(''),
    () => `${'if a:\n    recommend(None, [1])\nel'.repeat(300)}se:\n    pass\n`,
    () => `x = 1${' + 1'.repeat(20_000)}\n${PROGRAM}`,
  ])();
}

function mutated(random) {
  let text = PROGRAM;
  for (let i = random.int(1, 5); i > 0; i--) {
    const at = random.int(0, text.length);
    text = text.slice(0, at) + (random.chance(0.6) ? random.pick(PIECES) : '') + text.slice(at + random.int(0, 8));
  }
  return text;
}

/** Bytes of a script in some encoding, with letters that only that encoding can say. */
function encoded(random, text) {
  const cookie = COOKIES[random.pick(Object.keys(COOKIES))];
  const letters = Buffer.from([0x23, 0x20, 0xe9, 0xe4, 0xfc, 0x0a]);
  return random.pick([
    () => ({
      bytes: Buffer.concat([Buffer.from(`# -*- coding: ${cookie} -*-\n`), letters, Buffer.from(text, 'latin1')]),
      keeps: [letters],
    }),
    () => ({ bytes: Buffer.from(`\ufeff${text}`), keeps: [Buffer.from('\ufeff')] }),
    () => ({ bytes: Buffer.from(`# é\n${text}`.replaceAll('\n', '\r\n')), keeps: [Buffer.from('# é\r\n')] }),
    () => ({ bytes: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]), keeps: [] }),
    () => ({ bytes: Buffer.concat([letters, Buffer.from(text)]), keeps: [letters] }),
  ])();
}

function notebook(random) {
  const cells = Array.from({ length: random.int(0, 4) }, () => ({
    cell_type: random.pick(['code', 'markdown', 'raw', 5, null]),
    source: random.pick([
      source(random),
      source(random)
        .split('\n')
        .map((line) => `${line}\n`),
      null,
      3,
      [[1]],
      { a: 1 },
    ]),
    metadata: {},
    outputs: [],
  }));
  const text = JSON.stringify({
    cells: random.pick([cells, cells, cells, null, {}, 'x']),
    nbformat: 4,
    metadata: random.pick([{}, null, { kernelspec: hostileText(random) }]),
  });
  return random.chance(0.2) ? text.slice(0, random.int(0, text.length)) : text;
}

/** Scripts, notebooks and folders of them, looked at and mended. */
export const scripts = {
  make(random, scratch) {
    const outputs = [];
    for (let i = random.int(1, random.chance(0.1) ? 14 : 3); i > 0; i--) put(random, scratch, i, outputs);
    const fix = random.chance(0.5) ? ['--fix', ...(random.chance(0.3) ? ['--dry-run'] : [])] : [];
    const unprivileged = random.chance(0.2);
    const what = random.pick(['.', '*.py', `${scratch.work}`, 'job1.py']);
    if (random.chance(0.1)) return doctor(random, ['--script', `${scratch.work}/job1.py`]);
    return checkScript(random, [...fix, what], { unprivileged, outputs: fix.length === 1 ? outputs : [] });
  },
};

function put(random, scratch, index, outputs) {
  const file = `${scratch.work}/job${index}.py`;
  const strange = random.int(0, 30);
  if (strange === 0) symlinkSync(random.pick([`job${index}.py`, '/dev/zero', '/nonexistent', '/dev/tty', '..']), file);
  else if (strange === 1) mkdirSync(file);
  else if (strange === 2) {
    writeFileSync(file, PROGRAM);
    truncateSync(file, random.pick([2e6, 2 ** 36]));
  } else if (strange <= 7) writeFileSync(`${scratch.work}/book${index}.ipynb`, notebook(random));
  else if (strange === 8) writeFileSync(`${scratch.work}/page.qmd`, `# t\n\`\`\`{python}\n${source(random)}\n\`\`\`\n`);
  else if (strange <= 11) {
    const name = hostileName(random);
    const hostile = Buffer.concat([
      Buffer.from(`${scratch.work}/`),
      name.subarray(0, Math.min(name.length, 250)),
      Buffer.from('.py'),
    ]);
    try {
      writeFileSync(hostile, PROGRAM);
      outputs.push({ file: hostile, is: 'any' });
    } catch {
      // no name for this file system
    }
  } else {
    const { bytes, keeps } = random.chance(0.4)
      ? encoded(random, source(random))
      : { bytes: Buffer.from(source(random)), keeps: [] };
    writeFileSync(file, bytes, { mode: random.pick([0o644, 0o600, 0o755, 0o664]) });
    outputs.push({ file, is: 'any', keeps });
  }
}
