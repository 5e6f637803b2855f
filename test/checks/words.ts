import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CheckResult } from '../../src/checks/examine.ts';

/**
 * The words of every check for the cases of the tests here, one a line: text and JSON have the same, and who reads a
 * report in a script compares them. Where words are to change, `LK_WRITE_WORDS=1 npx jest -w 1 test/checks` writes them
 * anew, and the difference is there to be read.
 */
const FILE = path.join(__dirname, '../fixtures/check-words.jsonl');

type Words = Omit<CheckResult, 'id'>;
interface Line extends Words {
  check: string;
  case: string;
}

const key = (line: Pick<Line, 'check' | 'case'>): string => `${line.check}: ${line.case}`;

function read(): Map<string, Words> {
  const lines = readFileSync(FILE, 'utf8').trim().split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const found = JSON.parse(line) as Line;
      const { check: _, case: __, ...words } = found;
      return [key(found), words];
    }),
  );
}

const known = read();

/** What a check is to say in a case, as far as it is written down. */
export function wordsOf(check: string, what: string, found: CheckResult): Words | undefined {
  const { id: _, ...words } = found;
  if (process.env.LK_WRITE_WORDS) write({ check, case: what, ...words });
  return known.get(key({ check, case: what }));
}

function write(line: Line): void {
  const { check, case: what, ...words } = line;
  known.set(key(line), JSON.parse(JSON.stringify(words)) as Words);
  const lines = [...known].map(([name, said]) => {
    const [id = '', ...rest] = name.split(': ');
    return `${JSON.stringify({ check: id, case: rest.join(': '), ...said })}\n`;
  });
  writeFileSync(FILE, lines.sort().join(''));
}
