import path from 'node:path';
import { bashCompletion } from '../../completion/bash.ts';
import { fishCompletion } from '../../completion/fish.ts';
import { type Manifest, type Topics, treeOf, type Vocabulary } from '../../completion/tree.ts';
import { zshCompletion } from '../../completion/zsh.ts';
import { readUserFile } from '../../files/read.ts';
import { asSnippet } from '../../output/presented.ts';
import { print } from '../../output/standard-output.ts';
import type { Shell } from './shells.ts';

const WRITERS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** Prints a shell's script. @throws FileError without the manifest that the build leaves */
export function completion(
  shell: Shell,
  { root, topics, vocabulary }: { root: string; topics: Topics; vocabulary: Vocabulary },
): void {
  const manifest = JSON.parse(readUserFile(path.join(root, 'oclif.manifest.json'))) as Manifest;
  print(asSnippet(WRITERS[shell](treeOf(manifest, topics, vocabulary))));
}
