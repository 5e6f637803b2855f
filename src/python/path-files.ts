import type { Host } from '../host/host.ts';

/** What may bring packages, and was not looked into: an archive, code that Python runs when it starts, the rest. */
export interface Unread {
  file: string;
  what: 'archive' | 'code' | 'not read';
  why: string;
}

/** A folder that is added as the site folders are, with the `.pth` files in it. */
export interface SiteFolder {
  site: string;
}

const MOST_FILES = 256;
const MOST_BYTES = 64 * 1024;
const MOST_LINES = 1000;

/** The first of each minor version that passes over `.x.pth` (CPython gh-113659, of January 2024); 3.13 always has. */
const HIDDEN_SINCE: { [minor: string]: number } = { '3.8': 19, '3.9': 19, '3.10': 14, '3.11': 8, '3.12': 2 };

/** What installers leave in nearly every environment, and what adds no folder: setuptools' and virtualenv's. */
const ADDS_NOTHING = ["import os; var = 'SETUPTOOLS_USE_DISTUTILS'; ", 'import _virtualenv'];

/** The line by which `uv run --with` puts its own packages before the project's: these calls, and nothing else (uv 0.13). */
const OVERLAY = /^import site((?:; site\.addsitedir\(__import__\("os"\)\.fsdecode\(b"[^"\\\n]*"\)\))+)$/;
const OVERLAY_FOLDER = /\(b"([^"\\\n]*)"\)/g;

/**
 * What the `.pth` files of a site folder add, in order: lines that name folders, as they are written, and what is not
 * known of them (CPython's `Lib/site.py`: `addsitedir`, `addpackage`). Nothing of them is run.
 */
export function* pathFiles(
  host: Host,
  { path, entries }: { path: string; entries: readonly string[] },
  version: string | null,
): Generator<string | SiteFolder | Unread> {
  const names = entries.filter((name) => name.endsWith('.pth') && (!name.startsWith('.') || readsHidden(version)));
  for (const [index, name] of names.entries()) {
    const file = `${path}/${name}`;
    if (index === MOST_FILES) {
      yield { file, what: 'not read', why: `the ${MOST_FILES} .pth files before it are all that is read` };
      return;
    }
    const read = host.read(file, MOST_BYTES);
    if (read.ok && read.utf8) yield* linesOf(file, read.text, version);
    else yield { file, what: 'not read', why: read.ok ? 'not UTF-8' : read.detail };
  }
}

function* linesOf(file: string, text: string, version: string | null): Generator<string | SiteFolder | Unread> {
  const lines = splitLines(text, version);
  let runs = false;
  for (const [index, line] of lines.entries()) {
    if (index === MOST_LINES) {
      yield { file, what: 'not read', why: `the first ${MOST_LINES} lines are all that is read` };
      return;
    }
    if (/^import[ \t]/.test(line)) {
      const overlay = OVERLAY.exec(line)?.[1];
      if (overlay !== undefined) {
        for (const [, site = ''] of overlay.matchAll(OVERLAY_FOLDER)) yield { site };
        continue;
      }
      if (runs || ADDS_NOTHING.some((known) => line.startsWith(known))) continue;
      yield { file, what: 'code', why: 'runs code when Python starts, which may add folders' };
      runs = true;
    } else if (!line.startsWith('#') && line.trim() !== '') yield line.trimEnd();
  }
}

/** 3.13 takes a mark of the byte order, and ends lines wherever `str.splitlines` does; those before it as files do. */
function splitLines(text: string, version: string | null): string[] {
  const [, minor = 0] = numbers(version);
  if (minor > 0 && minor < 13) return text.split(/\r\n?|\n/);
  return text.replace(/^\ufeff/, '').split(/\r\n?|[\n\v\f\x85\u2028\u2029]/);
}

function readsHidden(version: string | null): boolean {
  const [major, minor, patch] = numbers(version);
  const since = HIDDEN_SINCE[`${major}.${minor}`];
  return since !== undefined && patch !== undefined && patch < since;
}

function numbers(version: string | null): number[] {
  return (version ?? '').split('.').map(Number);
}
