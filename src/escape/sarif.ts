import { visibleLines } from './visible.ts';

/** A message of SARIF in plain text, in which `[text](place)` would be a link (2.1.0, 3.11.6). */
export function sarifText(text: string): string {
  return visibleLines(text).replaceAll('](', ']\\x28');
}
