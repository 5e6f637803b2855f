// Writes oclif.manifest.json from the built commands, and what the front door needs of it (src/front-door.ts) into dist/; with
// --check only says whether the manifest is current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Plugin } from '@oclif/core';

const FILE = 'oclif.manifest.json';
if (!existsSync('dist/cli.cjs')) throw new Error('nothing is built: run npm run build');
const program = createRequire(import.meta.url)('../dist/cli.cjs');
await program.withCommands();
const plugin = new Plugin({ root: process.cwd(), type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
const manifest = `${JSON.stringify(plugin.manifest, null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(FILE, 'utf8') !== manifest) {
    console.error(`${FILE} is not current: run npm run build`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, manifest);
  writeFileSync('dist/front-door.json', JSON.stringify(frontDoor(plugin.manifest, Object.keys(program.QUICK))));
}

/** Of each of these commands what tells its flags apart. */
function frontDoor({ version, commands }, names) {
  const line = ({ type, char, multiple, options, exclusive, default: fallback }) => ({
    type,
    char,
    multiple: multiple || undefined,
    options,
    exclusive: exclusive?.length > 0 ? exclusive : undefined,
    default: fallback,
  });
  const flags = (name) => Object.entries(commands[name].flags).map(([flag, about]) => [flag, line(about)]);
  return {
    version,
    commands: Object.fromEntries(names.map((name) => [name, { flags: Object.fromEntries(flags(name)) }])),
  };
}
