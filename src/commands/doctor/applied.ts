import type { LeftOut } from '../../checks/select.ts';
import type { AppliedSetting } from '../../documents/doctor-report.ts';
import type { FailLevel } from '../../project/fail-levels.ts';
import { placeOf } from '../project-settings.ts';
import type { ObeyedSettings } from '../settings/obeyed.ts';
import type { DoctorFlags, LookFlags } from './flags.ts';

/** What the settings come to beside the flags. */
export interface Applied {
  failOn: FailLevel;
  left: readonly LeftOut[];
  /** Every setting, with why it does not apply where it does not. */
  settings: AppliedSetting[];
}

/** Flags beat settings: `--fail-on` stands in place of theirs, what `--only` names is not left out, `--skip` adds to what is. */
export function appliedSettings(flags: DoctorFlags, settings: ObeyedSettings | null): Applied {
  const given = flags['fail-on'];
  if (settings === null) return { failOn: given ?? 'fail', left: [], settings: [] };
  const isAsked = (flags.only ?? []).length > 0;
  const { file, skip, 'fail-on': level, python, lines, untrusted } = settings;
  const setting = (
    key: AppliedSetting['key'],
    value: string,
    ignored: string | null,
    reason: string | null = null,
  ): AppliedSetting => ({ file, line: lines[key] ?? null, key, value, reason, ignored });
  return {
    failOn: given ?? level ?? 'fail',
    left: isAsked
      ? []
      : (skip ?? []).map(({ check, reason }) => ({ wanted: check, reason, where: placeOf(settings, 'skip') })),
    settings: [
      ...(skip ?? []).map(({ check, reason }) =>
        setting('skip', check, isAsked ? '--only says what is looked at' : null, reason),
      ),
      ...(level === null
        ? []
        : [setting('fail-on', level, given === undefined ? null : `--fail-on ${given} is given`)]),
      ...(python === null ? [] : [setting('python', python, untrusted ?? whyAside(flags))]),
    ],
  };
}

/** Why the Python of the settings is not looked for; null: it is. */
export function whyAside({ python, from, sysroot, pid }: LookFlags): string | null {
  if (python !== undefined) return '--python is given';
  if (from !== undefined) return '--from has its own';
  if (pid !== undefined) return '--pid has its own';
  return sysroot === undefined ? null : '--sysroot is another machine';
}
