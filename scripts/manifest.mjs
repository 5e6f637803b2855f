// Writes oclif.manifest.json from the built commands; with --check only says whether it is current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Plugin } from '@oclif/core';

const FILE = 'oclif.manifest.json';
if (!existsSync('dist/cli.cjs')) throw new Error('nothing is built: run npm run build');
await createRequire(import.meta.url)('../dist/cli.cjs').withCommands();
const plugin = new Plugin({ root: process.cwd(), type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
const manifest = `${JSON.stringify(plugin.manifest, null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(FILE, 'utf8') !== manifest) {
    console.error(`${FILE} is not current: run npm run build`);
    process.exitCode = 1;
  }
} else writeFileSync(FILE, manifest);
