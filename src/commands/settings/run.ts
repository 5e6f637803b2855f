import path from 'node:path';
import { withoutHome } from '../../doctor/privacy.ts';
import type { Host } from '../../host/host.ts';
import { Projects } from '../../project/nearest.ts';
import { whyNotTrusted } from '../../project/trusted.ts';
import type { ObeyedSettings } from './obeyed.ts';

/** Reads the settings nearest to the working folder; a file of its own, loaded where there are any. `user`: whose program this is. @throws SettingsError */
export function obeyedSettings(host: Host, user: number | undefined): ObeyedSettings | null {
  const found = new Projects(host).nearest(host.cwd);
  if (found === null) return null;
  const { file, skip, 'fail-on': failOn, python, lines } = found;
  return {
    file: withoutHome(file, host.home),
    folder: path.dirname(file),
    skip,
    'fail-on': failOn,
    python,
    lines,
    untrusted: python === null ? null : whyNotTrusted(host, file, user),
  };
}
