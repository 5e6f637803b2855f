import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { manPages } from './pages.mjs';

/** `share/man/man1/`: a page for lk and for each of its commands. */
export function makeManPages({ root, output, name, version, date }) {
  const folder = path.join(output, 'share/man/man1');
  mkdirSync(folder, { recursive: true });
  const read = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const { description, oclif } = read('package.json');
  const { commands } = read('oclif.manifest.json');
  const pages = manPages({ commands, topics: oclif.topics, description, name, version, date });
  for (const [file, text] of Object.entries(pages)) writeFileSync(path.join(folder, file), text);
}
