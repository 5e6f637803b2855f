import { guardStreams } from './streams.ts';

// Before anything else is loaded: oclif asks for the terminal's width as it is loaded, and one that hangs up just then throws.
guardStreams();
