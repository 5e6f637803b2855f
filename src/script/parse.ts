import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Node, Parser, Tree } from 'web-tree-sitter';
import { withoutLongRuns } from './comment-runs.ts';
import { withoutTypeDefaults } from './type-parameters.ts';

export type { Node } from 'web-tree-sitter';

/** A place in a file; lines and columns begin at 1. */
export interface Place {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Parsed {
  root: Node;
  /** Where the syntax could not be read; the rest is there all the same. */
  errors: Place[];
}

/** More places of broken syntax than this are not listed: the file is no Python. */
const MOST_ERRORS = 10;

let parser: Parser | null = null;

/** Of Node, whose types leave it out. */
declare const WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => object };

/** What the parser may take, in pages of 64 KiB: a file of 2 MiB that is no hostile one takes 412 MiB. */
const FIRST_PAGES = 512;
const MOST_PAGES = 7168;
/** The same in words. */
export const MOST_MEMORY = '448 MiB';

/**
 * Loads tree-sitter with its grammar of Python (3.14, and 2.7's print), once: everything after that is synchronous. Once
 * more after `forgetParser()`, in new memory.
 */
export async function loadParser(): Promise<void> {
  if (parser !== null) return;
  const file = (name: string): string => path.join(grammarFolder(), name);
  const library = file('web-tree-sitter.cjs');
  const load = createRequire(library);
  delete load.cache[library];
  const { Parser, Language } = load(library) as typeof import('web-tree-sitter');
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
  const quiet = (): void => {};
  await Parser.init({
    locateFile: () => file('web-tree-sitter.wasm'),
    wasmMemory: memory,
    print: quiet,
    printErr: quiet,
  });
  const made = new Parser();
  made.setLanguage(await Language.load(readFileSync(file('tree-sitter-python.wasm'))));
  parser = made;
}

/** After it threw: neither it nor any of its trees may be used again. */
export function forgetParser(): void {
  parser = null;
}

/** The build puts these files beside the program; the tests run from the sources. */
function grammarFolder(): string {
  return path.basename(__dirname) === 'dist' ? __dirname : path.resolve(__dirname, '../../dist');
}

/** CPython compiles no expressions that stand so deep in each other: 3.13 none of 10,000 (`Python/symtable.c`). */
export const DEEPEST = 50_000;

/**
 * What may begin another level: brackets and operators, not the point of a number, nor a comma. Blocks that stand so deep
 * in each other have more spaces before them than a file may have letters.
 */
const NESTS = /[([{+\-*/%@&|^~<>=!]|\.(?!\d)|\b(?:and|or|not|in|is|if|else|for|lambda|await|yield)\b/g;

/** Nodes stand in each other no deeper than there are so many. */
function nestingIn(text: string): number {
  let count = 0;
  for (NESTS.lastIndex = 0; count <= DEEPEST && NESTS.test(text); ) count++;
  return count;
}

/** The line in which more than `DEEPEST` nodes stand in each other; null: none. */
export function tooDeepIn({ tree }: Node, text: string): number | null {
  // A level takes a letter and an operator.
  if (text.length < 2 * DEEPEST || nestingIn(text) <= DEEPEST) return null;
  const cursor = tree.walk();
  try {
    for (let depth = 0; ; ) {
      if (cursor.gotoFirstChild()) {
        if (++depth > DEEPEST) return cursor.startPosition.row + 1;
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return null;
        depth--;
      }
    }
  } finally {
    cursor.delete();
  }
}

/** Reads Python, also what is broken; never throws on what the text holds. Free the tree with `root.tree.delete()`. */
export function parsePython(text: string): Parsed {
  if (parser === null) throw new Error('loadParser() comes first');
  const { rootNode: root } = treeOf(parser, text);
  const errors = root.hasError ? errorPlaces(root) : [];
  return { root, errors: MATCHES_LIST.test(text) ? [...errors, ...mistaken(root)] : errors };
}

const MATCHES_LIST = /^[ \t]*match[ \t]*\[/m;

/** `match [a, b]:`, which the grammar may take for an annotation of `match[a, b]`, its cases and all. */
function mistaken(root: Node): Place[] {
  return root.descendantsOfType('assignment').flatMap((node) => {
    const left = node?.childForFieldName('left');
    const type = node?.childForFieldName('type');
    const isIt = left?.type === 'subscript' && left.childForFieldName('value')?.text === 'match';
    return node && type && isIt && type.startPosition.row > left.endPosition.row ? [placeOf(node)] : [];
  });
}

/** Read again without what the grammar does not know, where that mends something. */
function treeOf(own: Parser, written: string): Tree {
  const text = withoutLongRuns(written) ?? written;
  const tree = own.parse(text);
  if (tree === null) throw new Error('the parser gave no tree');
  const plain = tree.rootNode.hasError ? withoutTypeDefaults(text) : null;
  if (plain === null) return tree;
  tree.delete();
  const again = own.parse(plain);
  if (again === null) throw new Error('the parser gave no tree');
  return again;
}

function errorPlaces(root: Node): Place[] {
  const places: Place[] = [];
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined && places.length < MOST_ERRORS; node = waiting.pop()) {
    if (node.isError || node.isMissing) places.push(placeOf(node));
    else if (node.hasError) for (const child of node.children.reverse()) if (child !== null) waiting.push(child);
  }
  return places;
}

/** What it is made of, without comments. */
export function children(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null && child.type !== 'comment') as Node[];
}

export function placeOf(node: Node): Place {
  const { startPosition: start, endPosition: end } = node;
  return { line: start.row + 1, column: start.column + 1, endLine: end.row + 1, endColumn: end.column + 1 };
}
