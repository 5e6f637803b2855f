import { guardStreams } from './streams.ts';

// Before anything else is loaded: oclif asks for the terminal's width as it is loaded, and one that hangs up just then throws.
guardStreams();

// Which of the two wins is ours to say (terminal.ts), and `lk run` knows how new process.execve is: Node would say both on
// standard error, in its own words.
const UNSAID = ["The 'NO_COLOR' env is ignored", 'process.execve is an experimental feature'];
const { emitWarning } = process;
process.emitWarning = ((warning: string | Error, ...rest: []) => {
  if (!UNSAID.some((text) => String(warning).startsWith(text))) emitWarning.call(process, warning, ...rest);
}) as typeof emitWarning;
