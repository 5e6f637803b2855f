/** What is found in scripts, by name. */
export const FINDING_IDS = [
  'script/import-unprotected',
  'script/repeated-work',
  'script/guard-ends-workers',
  'script/fails-in-workers',
  'script/notebook-function',
  'script/syntax',
  'script/incomplete',
  'script/unused-ignore',
] as const;

export type FindingId = (typeof FINDING_IDS)[number];
