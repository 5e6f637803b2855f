/** Colour where a person looks at a terminal: NO_COLOR and CI say no, FORCE_COLOR says yes. */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  if (env.NO_COLOR || env.TERM === 'dumb' || isCi(env)) return false;
  return isTerminal;
}

/** How standard output is to be written to. */
export function terminal(): { color: boolean; width: number } {
  const { stdout, env } = process;
  const columns = stdout.isTTY ? stdout.columns : Number(env.COLUMNS);
  return { color: wantsColor(env, stdout.isTTY === true), width: columns || 80 };
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.CI) && env.CI !== 'false' && env.CI !== '0';
}
