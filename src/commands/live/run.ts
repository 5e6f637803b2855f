/** What looks at running processes: a bundle of its own. */
export { observedProcess } from './observed-process.ts';
export { ps } from './ps.ts';
export { watch } from './watch.ts';
