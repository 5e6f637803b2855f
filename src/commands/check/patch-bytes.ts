import path from 'node:path';
import { patchOf } from '../../script/patch.ts';

/**
 * A change of a file as a patch that `patch -p0`, `patch -p1` and `git apply` take in the working folder, and `patch` alone where
 * the file lies there: its lines are the file's own bytes, whatever its encoding and line ends are.
 */
export function patchBytes(file: string, before: Buffer, after: Buffer): Buffer {
  const [old, new_] = [before.toString('latin1'), after.toString('latin1')];
  const patch = patchOf({ name: '', before: old, after: new_, labels: ['', ''] });
  const name = nameIn(file);
  const hunks = patch.slice(patch.search(/^@@ /m));
  return Buffer.concat([Buffer.from(`--- ${name}\n+++ ${name}\n`), Buffer.from(hunks, 'latin1')]);
}

/** `./` is a folder that both programs may take away or leave. */
function nameIn(file: string): string {
  const inside = path.relative(process.cwd(), path.resolve(file));
  const isOutside = inside.startsWith('..') || path.isAbsolute(inside);
  const name = file.startsWith('<') || isOutside ? file : `./${inside}`;
  if (isSpecial(name)) return `"${Array.from(Buffer.from(name), escaped).join('')}"`;
  // A name with a blank ends at a tab.
  return name.includes(' ') ? `${name}\t` : name;
}

function isSpecial(name: string): boolean {
  return Array.from(name).some((character) => character < ' ' || '"\\\u007f'.includes(character));
}

/** As C writes it (GNU diffutils, `c_escape`). */
function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === '\\') return `\\${character}`;
  return byte < 0x20 || byte >= 0x7f ? `\\${byte.toString(8).padStart(3, '0')}` : character;
}
