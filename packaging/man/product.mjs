import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { manPages } from './pages.mjs';

/** `share/man/man1/`: a page for lk and for each of its commands. */
export function makeManPages({ root, output, name, version }) {
  const folder = path.join(output, 'share/man/man1');
  mkdirSync(folder, { recursive: true });
  const read = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const { description, oclif } = read('package.json');
  const { commands } = read('oclif.manifest.json');
  const pages = manPages({ commands, topics: oclif.topics, description, name, version, date: dateOf(root) });
  for (const [file, text] of Object.entries(pages)) writeFileSync(path.join(folder, file), text);
}

/** The same sources have the same date: SOURCE_DATE_EPOCH as reproducible-builds.org has it, else the last commit's. */
function dateOf(root) {
  const named = process.env.SOURCE_DATE_EPOCH;
  const { stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  const seconds = Number(named || stdout?.trim());
  return seconds > 0 ? new Date(seconds * 1000) : new Date();
}
