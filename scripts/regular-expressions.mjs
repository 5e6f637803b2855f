// Holds that no regular expression of the program takes time that grows faster than what it reads: every literal of
// the sources goes through recheck, and expressions that are put together at run time are not allowed.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';
import { checkSync } from 'recheck';

/** Those that recheck cannot prove or calls polynomial, and why they are bounded all the same. */
const BOUNDED = new Map(
  Object.entries({
    'src/privacy/addresses.ts': 'every repetition has an upper bound; test/privacy/sizes.test.ts feeds them long words',
    'src/privacy/secret-arguments.ts':
      'every repetition has an upper bound; test/privacy/sizes.test.ts feeds them long words',
    'src/privacy/secret-text.ts':
      'every repetition has an upper bound; test/privacy/sizes.test.ts feeds them long words',
  }),
);

/** Files that make an expression at run time, and of what. */
const MADE = new Map(
  Object.entries({
    'src/doctor/privacy.ts': 'the home directory, escaped, as a literal',
    'src/privacy/tokens.ts': 'constants of that file',
    'src/script/patterns.ts':
      'what a script matches a name with: 120 letters, three repeats of which none is in another, on 64 letters',
  }),
);

function expressionsOf(file) {
  const found = [];
  const walk = (node) => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return;
    if (node.type === 'RegExpLiteral') found.push({ pattern: node.pattern, flags: node.flags });
    if (/^(New|Call)Expression$/.test(node.type) && node.callee?.value === 'RegExp') found.push({ made: true });
    for (const [key, child] of Object.entries(node)) if (key !== 'span') walk(child);
  };
  walk(parseSync(readFileSync(file, 'utf8'), { syntax: 'typescript' }));
  return found;
}

function sources() {
  return readdirSync('src', { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join('src', name.replaceAll('\\', '/')))
    .sort();
}

const known = new Map();
const problems = [];
let count = 0;
for (const file of sources()) {
  for (const { pattern, flags, made } of expressionsOf(file)) {
    count++;
    if (made) {
      if (!MADE.has(file)) problems.push(`${file}: an expression is made at run time: write a literal`);
      continue;
    }
    const key = `/${pattern}/${flags}`;
    // A sticky expression begins at one place, so that without the flag it is the harder one.
    if (!known.has(key)) known.set(key, checkSync(pattern, flags.replace('y', ''), { timeout: 10_000 }));
    const { status, complexity } = known.get(key);
    if (status !== 'safe' && !BOUNDED.has(file)) {
      problems.push(`${file}: ${key}: ${status} ${complexity?.summary ?? ''}`.trimEnd());
    }
  }
}
for (const problem of problems) console.error(problem);
console.log(`${count} regular expressions, ${known.size} different; ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
