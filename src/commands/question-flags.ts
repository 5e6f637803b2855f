import * as Flags from '@oclif/core/flags';
import { by, READERS } from './values.ts';

const CPUS = Flags.custom<number>({ parse: by(READERS.cpus) });
const USERS = Flags.custom<number>({ parse: by(READERS.users) });
const JOBS = Flags.custom<string>({ parse: by(READERS.jobs) });

/** What may be asked instead of what is: of `lk doctor`, and of every command that stands on it. */
export const WHAT_IF = {
  lenskit: Flags.string({
    summary: 'Rules of this LensKit version or generation.',
    helpValue: 'VERSION',
    helpGroup: 'WHAT IF',
  }),
  cpus: CPUS({
    summary: 'As if the machine had N CPUs and no limits.',
    helpValue: 'N',
    helpGroup: 'WHAT IF',
  }),
  users: USERS({
    summary: 'As if a batch run were for N users.',
    helpValue: 'N',
    helpGroup: 'WHAT IF',
  }),
  model: Flags.string({
    summary: "As if this model were trained and asked: item-knn, implicit-mf, … or its class's name.",
    helpValue: 'MODEL',
    helpGroup: 'WHAT IF',
  }),
  bench: Flags.string({
    summary: 'Advise by what lk bench batch measured and kept (--save FILE).',
    helpValue: 'FILE',
    helpGroup: 'WHAT IF',
  }),
  allocation: Flags.string({
    summary: 'As if this were a task of a Slurm job that asks for so much of a node such as this one.',
    helpValue: '"-n 2 -c 16 --mem 32G"',
    helpGroup: 'WHAT IF',
  }),
  job: Flags.string({
    summary: "The same for a job's script, by its #SBATCH lines.",
    helpValue: 'FILE',
    helpGroup: 'WHAT IF',
  }),
  env: Flags.string({
    summary: 'As if this variable were set; may be repeated.',
    helpValue: 'KEY=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'WHAT IF',
  }),
  unset: Flags.string({
    summary: 'As if this variable were not set; may be repeated.',
    helpValue: 'KEY',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'WHAT IF',
  }),
  processes: Flags.string({
    summary: "initialize()'s parameter; a list such as 4,2 sets nesting depths.",
    helpValue: 'N[,N…]',
    helpGroup: 'WHAT IF',
  }),
  threads: Flags.string({ summary: "initialize()'s parameter.", helpValue: 'N[,N…]', helpGroup: 'WHAT IF' }),
  'backend-threads': Flags.string({
    summary: "initialize()'s parameter.",
    helpValue: 'N[,N…]',
    helpGroup: 'WHAT IF',
  }),
  'child-threads': Flags.string({
    summary: "initialize()'s parameter, deprecated since 2025.3.",
    helpValue: 'N',
    helpGroup: 'WHAT IF',
  }),
  jobs: JOBS({
    summary: 'n_jobs of a batch call, up to LensKit 0.14.',
    helpValue: 'N',
    helpGroup: 'WHAT IF',
  }),
};

/** Where to look. */
export const WHERE = {
  python: Flags.string({
    summary: "An interpreter or an environment's folder.",
    helpValue: 'PATH',
    helpGroup: 'WHERE',
  }),
  sysroot: Flags.string({
    summary: "Another machine's files below DIR: its /proc, /sys and the rest.",
    helpValue: 'DIR',
    helpGroup: 'WHERE',
  }),
  from: Flags.string({
    summary: 'A snapshot instead of this machine.',
    helpValue: 'FILE',
    exclusive: ['sysroot', 'python'],
    helpGroup: 'WHERE',
  }),
};
