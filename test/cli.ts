import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { BenchResult } from '../src/documents/bench-result.ts';
import type { Report } from '../src/documents/doctor-report.ts';

export const PROJECT = path.resolve(__dirname, '..');

/**
 * The program that the tests run: the tree's own, or that of a package (LK_TEST_PROGRAM). `START` starts `BIN`, whatever it
 * is: a script of Node's, or a program of its own, for which env(1) stands in Node's place.
 */
export const BIN = process.env.LK_TEST_PROGRAM ?? path.join(PROJECT, 'bin/lk.cjs');
export const START = BIN.endsWith('.cjs') ? process.execPath : '/usr/bin/env';
/** For tests of how Node itself is used. */
export const testOnNode = BIN.endsWith('.cjs') ? test : test.skip;

/**
 * A home, in a folder of the test's, in which the program has run before: for limits under which a single file could not lay
 * out its own files.
 */
export function homeOfUse(folder: string): string {
  const home = path.join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  lk(['--version'], { env: { HOME: home } });
  return home;
}

export interface RunOptions {
  env?: { [name: string]: string };
  cwd?: string;
  /** Milliseconds after which it is ended, and the test fails. */
  timeout?: number;
}

/** The built program in a process of its own, with an environment that holds nothing but what is named. */
export function lk(
  args: string[],
  { env = {}, cwd = '/', timeout = 180_000 }: RunOptions = {},
): { status: number | null; stdout: string; stderr: string } {
  const result = spawnSync(START, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent-home', ...env },
    timeout,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) throw result.error;
  return result;
}

function validator(schema: string) {
  return new Ajv2020({ allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(path.join(PROJECT, 'schema', schema), 'utf8')) as object,
  );
}

const schemas = {
  doctor: validator('doctor.schema.json'),
  bench: validator('bench.schema.json'),
  script: validator('script.schema.json'),
  compare: validator('compare.schema.json'),
  nodes: validator('nodes.schema.json'),
  ps: validator('ps.schema.json'),
  watch: validator('watch.schema.json'),
};

/** Fails the test unless the document is what the schema says. */
export function expectValid(document: unknown, schema: keyof typeof schemas = 'doctor'): void {
  const validate = schemas[schema];
  const valid = validate(document);
  expect({ valid, errors: validate.errors ?? [] }).toEqual({ valid: true, errors: [] });
}

/** `lk doctor --json`: one document, valid by the schema, and nothing else on standard output. */
export function doctorJson(
  args: string[],
  options: RunOptions = {},
): { status: number | null; report: Report; stderr: string } {
  const { status, stdout, stderr } = lk(['doctor', '--json', ...args], options);
  const report = JSON.parse(stdout) as Report;
  expectValid(report);
  return { status, report, stderr };
}

/** `lk bench batch --json`: the same. */
export function benchJson(
  args: string[],
  options: RunOptions = {},
): { status: number | null; result: BenchResult; stderr: string } {
  const { status, stdout, stderr } = lk(['bench', 'batch', '--json', ...args], options);
  const result = JSON.parse(stdout) as BenchResult;
  expectValid(result, 'bench');
  return { status, result, stderr };
}
