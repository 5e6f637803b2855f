import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { vocabulary } from '../../src/commands/completion/vocabulary.ts';
import { KNOBS } from '../../src/commands/knobs.ts';
import { answers, bare, choicesOf, type Manifest, nodesOf, treeOf } from '../../src/completion/tree.ts';
import { lk, PROJECT } from '../cli.ts';

const manifest = JSON.parse(readFileSync(path.join(PROJECT, 'oclif.manifest.json'), 'utf8')) as Manifest;
const root = treeOf(manifest, {}, vocabulary());

test('every placeholder says what is meant', () => {
  const known = Object.keys(answers(vocabulary()));
  for (const [id, { flags, args }] of Object.entries(manifest.commands)) {
    for (const [name, { type, options, helpValue }] of Object.entries(flags))
      if (type === 'option' && options === undefined) expect(known).toContain(helpValue ?? `${id} --${name}`);
    for (const [name, { options }] of Object.entries(args)) if (options === undefined) expect(known).toContain(name);
  }
});

test('every command and flag is there, and every word is one that shells leave alone', () => {
  const there = nodesOf(root).map(({ words }) => words.join(':'));
  expect(there).toEqual(expect.arrayContaining(Object.keys(manifest.commands)));
  for (const { words, flags } of nodesOf(root)) {
    const command = manifest.commands[words.join(':')];
    if (command) expect(flags.map(({ name }) => name)).toEqual([...Object.keys(command.flags), 'help']);
    for (const word of [...words, ...flags.map(({ name }) => name)]) expect(bare(word)).toBe(word);
  }
  for (const { choice } of choicesOf(root)) for (const { word } of choice.words) expect(bare(word)).toBe(word);
  for (const word of ['$(x)', 'a b', "'", '`x`', '']) expect(() => bare(word)).toThrow(TypeError);
});

test('knobs, and the variables of LensKit and of the libraries', () => {
  const { knobs, variables } = vocabulary();
  expect(knobs.map(({ word }) => word)).toEqual(Object.keys(KNOBS));
  const names = variables.map(({ word }) => word);
  expect(names).toEqual(expect.arrayContaining(['LK_NUM_PROCS', 'LK_USE_RAY', 'OMP_NUM_THREADS', 'RAYON_NUM_THREADS']));
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  [[], 'completion: for no shell; write lk completion bash, zsh or fish'],
  [['fisch'], 'completion fisch: no shell that is known here; did you mean fish?'],
  [['powershell'], 'completion powershell: no shell that is known here; bash, zsh or fish'],
  [['--all'], 'nonexistent flag: --all; lk completion --help lists them'],
  [['bash', 'zsh'], 'lk completion zsh: it takes SHELL and flags, no more'],
])('lk completion %j', (words, message) => {
  const { status, stdout, stderr } = lk(['completion', ...words]);
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `lk: ${message}\n` });
});
