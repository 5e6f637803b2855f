import type { Question } from '../../situation/question.ts';
import type { NodesFlags } from './flags.ts';

/** What is asked of the nodes, and for how long an answer is waited for. */
export interface AskedOfNodes {
  flags: NodesFlags;
  question: Question;
  program: { version: string; root: string };
  timeoutSeconds: number;
}
