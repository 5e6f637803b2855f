import type { Fix, Status } from '../checks/check.ts';

/** The version of the JSON document of `lk compare`. */
export const COMPARISON_VERSION = 1;

/** A machine as it was named, and what it is at the first look. */
export interface ComparedMachine {
  /** What it is called here: its host where the snapshot says it, else by its file; `this machine`. */
  name: string;
  /** null: this machine. */
  file: string | null;
  host: string | null;
  from: 'machine' | 'snapshot' | 'report';
  /** When it was looked at. */
  time: string | null;
  /** What-if flags that stand in for what was found. */
  hypothetical: string[];
  /** null: none was found. */
  lenskit: string | null;
  /** Whose rules hold; null: not known. */
  rules: string | null;
  python: string | null;
  effectiveCpus: number;
}

/** What is said of one machine: the value, and where it comes from. */
export interface Said {
  value: string;
  why: string | null;
}

/** Something that is not the same on two machines; null: not there. */
export interface Difference {
  about: 'cpus' | 'machine' | 'versions' | 'knobs' | 'plan' | 'pools' | 'scripts';
  name: string;
  a: Said | null;
  b: Said | null;
}

/** What decides: a difference that the others follow from. */
export interface Cause {
  about: 'lenskit' | 'cpus' | 'settings' | 'share' | 'python' | 'libraries' | 'outcome';
  a: string;
  b: string;
}

/** A place to set something that the second LensKit has not, or has another one for. */
export interface Move {
  /** A variable, a parameter (`initialize(processes=)`), a key of a settings file. */
  name: string;
  /** `moved`: there is `instead` (the same name: what it is set to is refused); `gone`: nothing does the same; `deprecated`: it goes away; `new`: the first one has none. */
  kind: 'moved' | 'gone' | 'deprecated' | 'new';
  /** What is to be used there. */
  instead: string | null;
  /** What it is set to here; null: it is not set. */
  set: string | null;
  /** What to write; null: it is not set, or nothing does the same. */
  fix: Fix | null;
}

/** A finding that is on one machine only, or not the same on both. */
export interface FindingChange {
  id: string;
  a: { status: Status; title: string } | null;
  b: { status: Status; title: string } | null;
}

/** Two machines. */
export interface Pair {
  a: ComparedMachine;
  b: ComparedMachine;
  /** The one or two that matter most, the first one first. */
  causes: Cause[];
  differences: Difference[];
  moves: Move[];
  /** Errors, failures and warnings. */
  findings: FindingChange[];
  /** What is recommended for each, where that differs; null: it does not, or is not known of one. */
  recommendation: { a: Fix; b: Fix } | null;
}

/** Machines that are alike in all that decides. */
export interface Group {
  machines: number;
  /** `with a quota of 1 CPU`: what sets it apart from the largest group; empty: it is that. */
  apart: string[];
  /** The first of them. */
  like: ComparedMachine;
  members: string[];
}

/** On how many machines a check says so. */
export interface FindingCount {
  id: string;
  error: number;
  fail: number;
  warn: number;
  /** The first machine of the worst status, and what is said there. */
  example: { machine: string; title: string };
}

/** What `lk compare` found: data before it is text. */
export interface ComparisonReport {
  schemaVersion: typeof COMPARISON_VERSION;
  program: { name: 'lk'; version: string };
  time: string;
  /** What was named and could not be read, and why. */
  unreadable: { name: string; why: string }[];
  /** null: there are more than two, or fewer. */
  pair: Pair | null;
  /** The largest first; null: there are two. */
  groups: Group[] | null;
  /** The most frequent first, the worst before the others. */
  findings: FindingCount[];
  /** Machines by the worst that was found there. */
  summary: { machines: number; failing: number; warned: number; fine: number; unreadable: number };
}
