import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { diagnose } from '../doctor/diagnose.ts';
import { observe } from '../doctor/observe.ts';
import type { Report } from '../documents/doctor-report.ts';
import { FileError, reasonOf } from '../files/errors.ts';
import type { Output } from '../files/output.ts';
import { readUserFile, requireDirectory } from '../files/read.ts';
import { machineBelow, thisMachine } from '../host/open.ts';
import { asCommands, asJson, asMarkdown, asText, type Presented } from '../output/presented.ts';
import { printAside, say } from '../output/standard-error.ts';
import { print } from '../output/standard-output.ts';
import { terminal, viewer } from '../output/terminal.ts';
import { type Hide, hiding } from '../privacy/secrets.ts';
import type { Facts } from '../situation/facts.ts';
import { combined, NO_QUESTION, type Question } from '../situation/question.ts';
import { exitStatus, FAIL_LEVELS } from './exit-status.ts';
import { questionOf } from './flags.ts';
import { probeOf } from './probe.ts';
import { holderOfStandardOutput } from './standard-output.ts';

const FORMATS = ['text', 'json', 'markdown', 'github'] as const;

export default class Doctor extends Command {
  static override summary =
    "Say what LensKit's parallelism will really do on this machine, why, and what to set instead.";

  static override description = `Reads files and the environment; runs nothing of yours, unless --probe asks for it.

Exit status: 0 nothing at or above --fail-on, 1 something at or above it, 2 wrong usage or unreadable input.`;

  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --json | jq .plan',
    '<%= config.bin %> doctor --env LK_NUM_THREADS=4,2 --cpus 16',
    '<%= config.bin %> doctor --snapshot node17.json   # there',
    '<%= config.bin %> doctor --from node17.json       # here',
    '<%= config.bin %> doctor --from node17.json --allocation "-n 2 -c 16 --mem 32G"',
  ];

  static override flags = {
    json: Flags.boolean({ summary: 'Print one JSON document (the same as --format json).', exclusive: ['format'] }),
    format: Flags.option({ options: FORMATS, summary: 'How to print the report.', default: 'text' })(),
    verbose: Flags.boolean({ char: 'v', summary: 'List every check, and every place where a knob may be set.' }),
    'fail-on': Flags.option({
      options: FAIL_LEVELS,
      summary: 'The level from which on the exit status is 1.',
      default: 'fail',
    })(),
    only: Flags.string({
      summary: 'Run these checks alone: an id or a prefix; may be repeated.',
      helpValue: 'ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
    skip: Flags.string({
      summary: 'Leave these checks out: an id or a prefix; may be repeated.',
      helpValue: 'ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
    lenskit: Flags.string({
      summary: 'Rules of this LensKit version or generation.',
      helpValue: 'VERSION',
      helpGroup: 'WHAT IF',
    }),
    cpus: Flags.string({
      summary: 'As if the machine had N CPUs and no limits.',
      helpValue: 'N',
      helpGroup: 'WHAT IF',
    }),
    users: Flags.string({
      summary: 'As if a batch run were for N users.',
      helpValue: 'N',
      helpGroup: 'WHAT IF',
    }),
    model: Flags.string({
      summary: "As if this model were trained and asked: item-knn, implicit-mf, … or its class's name.",
      helpValue: 'NAME',
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
    jobs: Flags.string({
      summary: 'n_jobs of a batch call, up to LensKit 0.14.',
      helpValue: 'N',
      helpGroup: 'WHAT IF',
    }),
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
    script: Flags.string({
      summary: 'Also say whether this script is safe to run with worker processes.',
      helpValue: 'FILE',
      exclusive: ['sysroot', 'from'],
      helpGroup: 'WHERE',
    }),
    probe: Flags.boolean({
      summary: 'Run busy loops for a second, then that Python once, with LensKit, and compare with what was foretold.',
      exclusive: ['sysroot', 'from'],
      helpGroup: 'WHERE',
    }),
    from: Flags.string({
      summary: 'A snapshot instead of this machine.',
      helpValue: 'FILE',
      exclusive: ['sysroot', 'python', 'snapshot'],
      helpGroup: 'WHERE',
    }),
    snapshot: Flags.string({
      summary: 'Write what was found to FILE as well, without secrets.',
      helpValue: 'FILE',
      helpGroup: 'WHERE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const { allocation, job, bench } = flags;
    const asked = {
      ...questionOf(flags),
      ...(bench === undefined ? {} : { costs: (await import('./measured-costs.ts')).measuredCosts(bench) }),
      ...(allocation === undefined && job === undefined
        ? {}
        : { allocation: (await import('./allocation.ts')).askedAllocation({ allocation, job }) }),
    };
    const format = flags.json ? 'json' : flags.format;
    const outputs = await openOutputs(flags, format);
    const program = { version: this.config.version, time: new Date() };
    // Copied once: every look at the real one asks the system, name by name.
    const env = { ...process.env };
    const hide = hiding({ ...env, ...asked.env }, process.argv.slice(2));
    // What was read here has been hidden where it was read.
    const { facts, question } =
      flags.from === undefined
        ? { facts: await read(flags, asked, env, this.config.root, hide), question: hide(asked) }
        : hide(await recorded(flags.from, asked));
    const report = hide(diagnose(facts, question, program, { only: flags.only ?? [], skip: flags.skip ?? [] }));
    const shown = await render(report, format, { ...terminal(viewer(outputs.aside ? 2 : 1)), verbose: flags.verbose });
    if (outputs.aside) printAside(shown);
    else print(shown);
    const { snapshot, summary } = outputs;
    const complete = [
      await written(summary, async () => (await import('../report/markdown.ts')).renderMarkdown(report).text),
      await written(snapshot, async () => {
        const { writeSnapshot } = await import('../doctor/snapshot.ts');
        return writeSnapshot(facts, question, program.version, program.time);
      }),
    ].every(Boolean);
    const { error, fail, warn } = report.summary;
    const status = exitStatus(flags['fail-on'], { failures: error + fail, warnings: warn });
    process.exitCode = complete ? status : 2;
  }
}

interface Outputs {
  snapshot: Output | null;
  /** GitHub's step summary. */
  summary: Output | null;
  /** Standard output is the snapshot's: the report goes to standard error. */
  aside: boolean;
}

interface Sources {
  snapshot?: string | undefined;
  json: boolean;
  bench?: string | undefined;
  script?: string | undefined;
  job?: string | undefined;
  python?: string | undefined;
}

/** Known to be writable before anything is looked at, and to be nothing that is read. @throws FileError, FlagError */
async function openOutputs(
  { snapshot, json, script, job, python, bench }: Sources,
  format: (typeof FORMATS)[number],
): Promise<Outputs> {
  const summary = format === 'github' ? (process.env.GITHUB_STEP_SUMMARY ?? '') : '';
  if (snapshot === undefined && summary === '') return { snapshot: null, summary: null, aside: false };
  // What writes is only loaded where something is written.
  const { openAppending, openOutput } = await import('../files/output.ts');
  const output = snapshot === undefined ? null : openOutput(snapshot, { label: `--snapshot ${snapshot}` });
  const taken = json ? '--json' : format === 'text' ? null : `--format ${format}`;
  const named = output === null ? [] : [{ flag: 'snapshot', output }];
  const holder = holderOfStandardOutput(named, taken);
  const sources = Object.entries({ script, job, python, bench }).map(([flag, file]) => ({
    called: `--${flag}`,
    words: file === undefined ? [] : [file],
  }));
  (await import('./files-apart.ts')).keepApart(named, sources);
  return {
    snapshot: output,
    summary: summary === '' ? null : stepSummary(summary, openAppending),
    aside: holder !== null,
  };
}

/** The runner's file is none that the user named: where it cannot be opened the report is printed all the same. */
function stepSummary(file: string, open: (name: string, label: string) => Output): Output {
  const unwritable = (why: string): Output => ({
    name: file,
    takesStandardOutput: false,
    adds: true,
    replaces: null,
    held: () => Buffer.alloc(0),
    write() {
      throw new FileError(why);
    },
  });
  try {
    return open(file, `GITHUB_STEP_SUMMARY ${file}`);
  } catch (error) {
    return unwritable(error instanceof FileError ? error.message : reasonOf(error));
  }
}

/** Writes an output for itself; false: it could not be written, which is said. */
async function written(output: Output | null, content: () => Promise<string>): Promise<boolean> {
  if (output === null) return true;
  try {
    for (const warning of output.write(await content())) say(warning);
    return true;
  } catch (error) {
    say(`lk: ${(error as Error).message}`);
    return false;
  }
}

interface Where {
  sysroot?: string | undefined;
  python?: string | undefined;
  probe: boolean;
  script?: string | undefined;
}

async function read(flags: Where, asked: Question, own: NodeJS.ProcessEnv, root: string, hide: Hide): Promise<Facts> {
  // What-if variables also decide where to look (VIRTUAL_ENV, PATH).
  const env = { ...own, ...asked.env, ...Object.fromEntries(asked.unset.map((name) => [name, undefined])) };
  if (flags.sysroot !== undefined) requireDirectory(flags.sysroot, '--sysroot');
  const host = flags.sysroot === undefined ? thisMachine(env) : machineBelow(flags.sysroot, env);
  // Reading Python is loaded only where a script is named.
  const { script: file } = flags;
  const script =
    file === undefined
      ? null
      : async (installed: string | null) => (await import('./check/run.ts')).judged(file, asked.lenskit ?? installed);
  const probe = flags.probe ? probeOf(root, env, asked.params) : null;
  return (await observe(host, { python: flags.python, probe, script, hide })).facts;
}

async function recorded(file: string, asked: Question): Promise<{ facts: Facts; question: Question }> {
  const { readSnapshot } = await import('../doctor/snapshot.ts');
  const { facts, question } = readSnapshot(readUserFile(file, `--from ${file}`), file);
  // The folder of another LK_TEMP_DIR lies on the other machine, and was not looked at.
  const { lenskitTemp: _, ...machine } = facts.machine;
  const isAnother = asked.env.LK_TEMP_DIR !== undefined;
  return {
    facts: isAnother ? { ...facts, machine } : facts,
    question: combined({ ...NO_QUESTION, ...question }, asked),
  };
}

async function render(report: Report, format: (typeof FORMATS)[number], options: Layout): Promise<Presented> {
  if (format === 'json') return asJson(report);
  if (format === 'markdown') return asMarkdown((await import('../report/markdown.ts')).renderMarkdown(report));
  if (format === 'github') return asCommands((await import('../report/github.ts')).renderGithub(report));
  const { renderText } = await import('../report/text.ts');
  return asText(report, (shown) => renderText(shown, options));
}

type Layout = Parameters<typeof import('../report/text.ts')['renderText']>[1];
