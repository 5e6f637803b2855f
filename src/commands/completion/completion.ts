import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { didYouMean } from '../../spelling/nearest.ts';
import { FlagError } from '../flags.ts';
import { SHELLS, type Shell } from './shells.ts';
import { vocabulary } from './vocabulary.ts';

export default class Completion extends Command {
  static override summary = 'Print the completion of command lines for bash, zsh or fish.';

  static override description = `What is printed is a script for that shell, which runs nothing when it completes.

  bash   eval "$(lk completion bash)"          in ~/.bashrc
  zsh    source <(lk completion zsh)           in ~/.zshrc, behind compinit
  fish   lk completion fish > ~/.config/fish/completions/lk.fish`;

  static override examples = [
    'eval "$(<%= config.bin %> completion bash)"',
    'source <(<%= config.bin %> completion zsh)',
    '<%= config.bin %> completion fish | source',
  ];

  static override args = {
    shell: Args.string({ description: 'Whose language it is written in.', options: [...SHELLS] }),
  };

  override async run(): Promise<void> {
    const shell = shellNamed(this.argv);
    await this.parse(Completion);
    const { completion } = await import('./run.ts');
    const topics = Object.fromEntries(this.config.topics.map(({ name, description = '' }) => [name, { description }]));
    completion(shell as Shell, { root: this.config.root, topics, vocabulary: vocabulary() });
  }
}

/** @throws FlagError where it is none; null: there are flags, which are oclif's to refuse */
function shellNamed(words: readonly string[]): Shell | null {
  const list = `${SHELLS.slice(0, -1).join(', ')} or ${SHELLS.at(-1)}`;
  const [word] = words;
  if (word === undefined) throw new FlagError(`completion: for no shell; write lk completion ${list}`);
  const shell = SHELLS.find((one) => one === word);
  if (shell === undefined && !word.startsWith('-'))
    throw new FlagError(`completion ${word}: no shell that is known here${didYouMean(word, SHELLS) || `; ${list}`}`);
  return shell ?? null;
}
