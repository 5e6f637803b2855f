import { hostsOf, MOST_HOSTS } from '../machine/scheduler/hostlist.ts';
import { LineBuffer } from './line-buffer.ts';

/** Longer lines say nothing that is read here. */
const MOST_LINE = 2000;
/** Of so many tasks the last lines are kept. */
const MOST_TASKS = 20_000;
const LAST_LINES = 3;
const MOST_SAID = 300;
/** Of what concerns no node in particular. */
const MOST_GENERAL = 8;

/** What srun and its tasks write to standard error, as far as it says what was lost (srun of 22.05; src/srun, slurmstepd). */
export class SrunSaid {
  /** Why a node's tasks ended otherwise than they should, by node. */
  private readonly nodes = new Map<string, string>();
  /** By task, its last lines. */
  private readonly lines = new Map<number, string[]>();
  private readonly ends = new Map<string, number>();
  /** What concerns no node, the last lines. */
  readonly general: string[] = [];
  /** True between `queued and waiting` and `has been allocated`. */
  isQueued = false;
  private readonly buffer = new LineBuffer(MOST_LINE, (line) => this.line(line.slice(0, MOST_LINE).trimEnd()));

  push(text: string): void {
    this.buffer.push(text);
  }

  /** What stands on the last line counts as well. */
  end(): void {
    this.push('\n');
  }

  /** Why a node did not answer; null: nothing was said of it. */
  why(node: string): string | null {
    const said = this.nodes.get(node);
    if (said === undefined) return null;
    const task = this.ends.get(node);
    const own = task === undefined ? [] : (this.lines.get(task) ?? []);
    const missing = own.map(missingFile).find((file) => file !== null);
    if (missing) return `${missing} is not there; lk and its Node have to lie in a folder that every node sees`;
    const last = own.at(-1);
    return last === undefined ? said : `${said}: ${last}`;
  }

  /** The nodes of which something was said, in that order. */
  named(): string[] {
    return [...this.nodes.keys()];
  }

  private line(line: string): void {
    if (/^srun: job \d+ queued and waiting for resources$/.test(line)) this.isQueued = true;
    else if (/^srun: job \d+ has been allocated resources$/.test(line)) this.isQueued = false;
    else if (!this.ofTasks(line) && !this.ofNode(line) && !this.ofTask(line)) this.said(line);
  }

  /** `srun: error: n2: task 1: Exited with exit code 2`, `srun: error: n[1-2]: tasks 0-1: Killed`. */
  private ofTasks(line: string): boolean {
    const [, list = '', tasks = '', what = ''] =
      /^srun: (?:error: )?([^\s:]{1,1000}): tasks? ([\d,-]{1,1000}): ([^\n]{1,1000})$/.exec(line) ?? [];
    if (what === '') return false;
    const first = Number(/^\d{1,9}/.exec(tasks)?.[0] ?? Number.NaN);
    for (const node of hostsOf(list) ?? []) {
      this.lost(node, `its task ended: ${what.slice(0, MOST_SAID).toLowerCase()}`);
      if (!Number.isNaN(first) && !this.ends.has(node)) this.ends.set(node, first);
    }
    return true;
  }

  private ofNode(line: string): boolean {
    const failure = /^srun: error: Node failure on (\S{1,1000})$/.exec(line)?.[1];
    const [, launched, why] =
      /^srun: error: Task launch for \S{1,100} failed on node (\S{1,1000}): ([^\n]{1,1000})$/.exec(line) ?? [];
    const list = failure ?? launched;
    if (list === undefined) return false;
    for (const node of hostsOf(list) ?? [])
      this.lost(node, why === undefined ? 'the node failed' : `its tasks were not launched: ${why.toLowerCase()}`);
    return true;
  }

  /** With `--label` each line of a task begins with its number. */
  private ofTask(line: string): boolean {
    const [, number, text = ''] = /^ {0,8}(\d{1,9}): ([^\n]{0,2000})$/.exec(line) ?? [];
    if (number === undefined) return false;
    const task = Number(number);
    const own = this.lines.get(task);
    if (own === undefined && this.lines.size >= MOST_TASKS) return true;
    if (text.trim() !== '') this.lines.set(task, [...(own ?? []), text.slice(0, MOST_SAID)].slice(-LAST_LINES));
    return true;
  }

  private lost(node: string, why: string): void {
    if (!this.nodes.has(node) && this.nodes.size < MOST_HOSTS) this.nodes.set(node, why);
  }

  private said(line: string): void {
    if (line.trim() === '') return;
    this.general.push(line.slice(0, MOST_SAID));
    if (this.general.length > MOST_GENERAL) this.general.shift();
  }
}

/** The file that was not there, by slurmstepd's or Node's own words. */
function missingFile(line: string): string | null {
  return (
    /execve\(\): (\S{1,400}): No such file or directory/.exec(line)?.[1] ??
    /Cannot find module '([^'\n]{1,400})'/.exec(line)?.[1] ??
    null
  );
}
