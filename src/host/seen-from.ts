import type { Host } from './host.ts';

/** The same machine as it is seen with other variables, or from another working directory. */
export function seenFrom(host: Host, { env = host.env, cwd = host.cwd }: Partial<Pick<Host, 'env' | 'cwd'>>): Host {
  return Object.create(host, { env: { value: env }, cwd: { value: cwd } });
}
