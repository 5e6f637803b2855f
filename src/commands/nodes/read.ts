import { summaryOf } from '../../compare/comparison.ts';
import { diagnose } from '../../doctor/diagnose.ts';
import { readDocument, snapshotOf, timeOf } from '../../doctor/snapshot.ts';
import type { Report } from '../../documents/doctor-report.ts';
import { readAnswer } from '../../nodes/answer.ts';
import { unpacked } from '../../nodes/frames.ts';
import type { ReadAnswer, ReadMachine } from '../../nodes/gathered.ts';
import type { Question } from '../../situation/question.ts';
import { whyNot } from '../compare/read.ts';
import { askedAgain } from '../doctor/look.ts';

/** What is asked of every machine. */
export interface Judging {
  question: Question;
  program: { version: string; time: Date };
}

/** An answer as it came, judged by the rules of this program; null: it is none of a task of `lk nodes`. */
export function judged(packed: string, { question, program }: Judging): ReadAnswer | null {
  const text = unpacked(packed);
  const said = text === null ? null : readAnswer(text);
  if (said === null) return null;
  const { snapshot, ...rest } = said;
  if (snapshot === null) return { ...rest, machine: null, why: null };
  try {
    const document = readDocument(snapshot, rest.node);
    const { facts, question: own } = askedAgain(snapshotOf(document, rest.node), question);
    const report = diagnose(facts, own, program);
    return { ...rest, machine: machineOf(rest.node, { ...report, time: timeOf(document) ?? report.time }), why: null };
  } catch (error) {
    return { ...rest, machine: null, why: whyNot(error, rest.node) };
  }
}

/** What is kept of a node's report. */
export function machineOf(node: string, report: Report): ReadMachine {
  const { recommendation, cpus } = report;
  return {
    summary: summaryOf({ name: node, file: null, host: node, from: 'snapshot', compared: report }),
    online: cpus.online,
    recommended: recommendation && { env: recommendation.env, unset: recommendation.unset },
  };
}
