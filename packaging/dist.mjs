// Makes dist-packages/ from what `npm run build` made: every product of products.mjs, or those that are named, and their checksums.
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { productsFor } from './products.mjs';
import { sourceDate } from './source-date.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const OUTPUT = path.join(ROOT, 'dist-packages');

const named = process.argv.slice(2);
const products = productsFor(named);

if (named.length === 0) rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const date = sourceDate(ROOT);

for (const product of products) {
  console.log(`${product.name}: ${product.what}`);
  await product.make({ root: ROOT, output: OUTPUT, name, version, date });
}

await writeChecksums(OUTPUT);

/** SHA256SUMS as sha256sum(1) writes and checks it: every file below the folder, by its path from there. */
async function writeChecksums(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((file) => file !== 'SHA256SUMS')
    .sort();
  const lines = [];
  for (const file of files) lines.push(`${await digest(path.join(folder, file))}  ${file}\n`);
  writeFileSync(path.join(folder, 'SHA256SUMS'), lines.join(''));
}

async function digest(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
