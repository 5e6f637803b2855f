import { guardStreams } from './streams.ts';

// Before anything else is loaded: oclif asks for the terminal's width as it is loaded, and one that hangs up just then throws.
guardStreams();

// Which of the two wins is ours to say (terminal.ts): Node would say so on standard error, in its own words.
const { emitWarning } = process;
process.emitWarning = ((warning: string | Error, ...rest: []) => {
  if (!String(warning).startsWith("The 'NO_COLOR' env is ignored")) emitWarning.call(process, warning, ...rest);
}) as typeof emitWarning;
