import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { besideOutputs, INVARIANTS } from './invariants.mjs';
import { KINDS } from './kinds/all.mjs';
import { end, leftProcesses, sharedObjects } from './leftovers.mjs';
import { Random } from './random.mjs';
import { commandOf, environment, run, SETPRIV } from './run.mjs';
import { Scratch } from './scratch.mjs';
import { secretAddresses, secretEnvironment } from './secrets.mjs';
import { Tally } from './tally.mjs';

/** Cases at once. */
const BESIDE = 2;
/** A command that measures nothing has so long (ms), or so many times what it takes undisturbed. */
const HANGS_AFTER = 5000;
const TIMES_BASELINE = 15;
/** How long what was started may take to end after the program was killed outright, and otherwise (ms). */
const CLEARS_WITHIN = 2000;
const PATIENCE = { SIGKILL: 4000, other: 500 };

/** Runs cases of the kinds in turn, until the time is over. */
export class Campaign {
  #root = mkdtempSync(path.join(tmpdir(), 'lk-campaign-'));
  #options;
  #bound = HANGS_AFTER;
  #kept = false;

  constructor(options) {
    this.#options = options;
    chmodSync(this.#root, 0o755);
  }

  async run({ kinds, seconds, only }) {
    const tally = new Tally(this.#options.seed);
    const able = kinds.filter((kind) => this.#isPossible(kind, tally));
    this.#bound = Math.max(HANGS_AFTER, TIMES_BASELINE * (await this.#baseline()));
    const deadline = Date.now() + seconds * 1000;
    let next = 0;
    const worker = async () => {
      while (able.length > 0 && Date.now() < deadline) {
        const turn = next++;
        if (only !== null && turn >= able.length) return;
        await this.#case(able[turn % able.length], only ?? Math.floor(turn / able.length), tally);
      }
    };
    await Promise.all(Array.from({ length: BESIDE }, worker));
    if (!this.#kept) rmSync(this.#root, { recursive: true, force: true });
    return tally;
  }

  #isPossible(name, tally) {
    const { needs = [] } = KINDS[name];
    const reason = needs.map((need) => this.#lacks(need)).find(Boolean);
    if (reason) tally.skipped(name, reason);
    return !reason;
  }

  #lacks(need) {
    if (need === 'mount') return this.#options.canMount ? null : 'small file systems need root and unshare';
    if (need === 'linux') return process.platform === 'linux' ? null : 'needs /proc and /dev/full';
    const found = (process.env.PATH ?? '').split(':').some((folder) => existsSync(path.join(folder, need)));
    return found ? null : `${need} is not there`;
  }

  /** How long `lk doctor` takes here, the longest of three (ms). */
  async #baseline() {
    const scratch = new Scratch(this.#root, 'baseline');
    const { program } = this.#options;
    let longest = 0;
    for (let i = 0; i < 3; i++) {
      const { ms, hung } = await run({ args: ['doctor'] }, { scratch, program, mark: 'baseline', bound: HANGS_AFTER });
      // that is for the cases to say
      if (hung) break;
      longest = Math.max(longest, ms);
    }
    scratch.remove();
    return longest;
  }

  async #case(kind, number, tally) {
    const id = `${kind}-${number}`;
    const random = new Random(`${this.#options.seed}/${id}`);
    const scratch = new Scratch(this.#root, id);
    const mark = `${process.pid}-${id}.`;
    const shm = `lkc-${mark}`;
    const tools = { canMount: this.#options.canMount, isRoot: process.getuid?.() === 0, shm };
    let failed = this.#options.keepAll;
    try {
      const steps = [KINDS[kind].make(random, scratch, tools)].flat();
      const secrets = random.chance(0.5) ? { ...secretEnvironment(random), ...secretAddresses(random) } : {};
      for (const made of steps) {
        const step = { ...made, env: { ...secrets, ...made.env } };
        const facts = await this.#step(step, scratch, mark, shm);
        failed = this.#judge({ kind, number, step, facts, scratch, mark, tally }) || failed;
      }
      tally.ran(kind);
    } catch (error) {
      tally.broken(kind, number, error);
    } finally {
      end(await leftProcesses(mark, 0));
      for (const name of sharedObjects(shm).keys()) rmSync(`/dev/shm/${name}`, { force: true });
      scratch.unmount();
      if (failed) this.#kept = true;
      else scratch.remove();
    }
  }

  async #step(step, scratch, mark, shm) {
    if (!SETPRIV || process.getuid?.() !== 0) step.unprivileged = false;
    if (step.unprivileged) scratch.giveAway();
    await step.before?.();
    const before = scratch.contents();
    const sharedBefore = sharedObjects(shm);
    const bound = this.#bound + (step.within ?? 0);
    const result = await run(step, { scratch, program: this.#options.program, mark, bound });
    const left = await leftProcesses(mark, result.signal === 'SIGKILL' ? PATIENCE.SIGKILL : PATIENCE.other);
    const after = await this.#settled(step, scratch, before);
    return {
      step,
      result,
      before,
      after,
      left,
      temporary: scratch.temporary(),
      sharedBefore,
      sharedAfter: sharedObjects(shm),
    };
  }

  /** What is in the folder; after a kill, when what was begun has had time to be cleared away. */
  async #settled(step, scratch, before) {
    let after = scratch.contents();
    for (let end = Date.now() + CLEARS_WITHIN; step.kill && Date.now() < end; after = scratch.contents()) {
      if (besideOutputs({ step, before, after }) === null) break;
      await sleep(100);
    }
    return after;
  }

  /** True where something did not hold. */
  #judge({ kind, number, step, facts, scratch, mark, tally }) {
    const own = Object.entries(step.also?.(facts.result) ?? {}).map(([name, wrong]) => [name, () => wrong]);
    let failed = false;
    for (const [name, check] of [...Object.entries(INVARIANTS), ...own]) {
      const wrong = check(facts);
      if (wrong === undefined) continue;
      tally.checked(name);
      if (wrong === null) continue;
      failed = true;
      tally.fail({ kind, number, invariant: name, wrong, folder: scratch.folder, command: ['lk', ...step.args] });
    }
    if (failed) keep(step, facts.result, scratch, commandOf(step, this.#options.program), mark);
    return failed;
  }
}

/** Beside the folders of a failing case: how to run it again in them, and what came out. */
function keep(step, result, scratch, command, mark) {
  const quoted = (word) => `'${String(word).replaceAll("'", `'\\''`)}'`;
  const variables = Object.entries(environment(step, scratch, mark)).map(([name, value]) => quoted(`${name}=${value}`));
  const lines = [
    '#!/bin/sh',
    `cd ${quoted(step.cwd ?? scratch.work)} && \\`,
    `env -i ${[...variables, ...command.map(quoted)].join(' \\\n  ')}`,
    '',
  ];
  writeFileSync(path.join(scratch.folder, 'repeat.sh'), lines.join('\n'));
  writeFileSync(path.join(scratch.folder, 'stdout'), result.stdout);
  writeFileSync(path.join(scratch.folder, 'stderr'), result.stderr);
  const { status, signal, ms, hung } = result;
  const { kill, stdout, stderr, prelude } = step;
  writeFileSync(
    path.join(scratch.folder, 'ended.json'),
    `${JSON.stringify({ status, signal, ms, hung, kill, stdout, stderr, prelude }, null, 2)}\n`,
  );
  spawnSync('chmod', ['a+rx', scratch.folder]);
}
