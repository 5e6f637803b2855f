import { isDevice } from './hang-up.ts';

/** Colour where a person looks at a terminal: NO_COLOR and CI say no, FORCE_COLOR says yes. */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  if (env.NO_COLOR || env.TERM === 'dumb' || isCi(env)) return false;
  return isTerminal;
}

/** What a terminal says of itself; nothing where there is none. */
type Viewer = Pick<Partial<NodeJS.WriteStream>, 'isTTY' | 'columns'>;

/** Standard output or standard error, where it may be a terminal: for a pipe Node would make a stream, which takes time. */
export function viewer(fd: 1 | 2): Viewer {
  if (process.platform !== 'win32' && !isDevice(fd)) return {};
  return fd === 1 ? process.stdout : process.stderr;
}

/** How standard output, or another stream, is to be written to. */
export function terminal(stream: Viewer = viewer(1)): { color: boolean; width: number } {
  const { env } = process;
  const columns = stream.isTTY ? stream.columns : Number(env.COLUMNS);
  return { color: wantsColor(env, stream.isTTY === true), width: columns || 80 };
}

/**
 * True where a line can be drawn anew for a person who looks on: a terminal that does not know its width (0: a serial line,
 * a container's) has lines without an end.
 */
export function canRedraw(stream: Viewer, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && (stream.columns ?? 0) > 0 && env.TERM !== 'dumb' && !isCi(env);
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.CI) && env.CI !== 'false' && env.CI !== '0';
}
