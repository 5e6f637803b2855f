import type { ProjectSettings } from '../../project/settings.ts';

/** What a project wants always, as far as `lk doctor` and what stands on it obey it. */
export interface ObeyedSettings extends Pick<ProjectSettings, 'skip' | 'fail-on' | 'python' | 'lines'> {
  /** As it is shown. */
  file: string;
  /** The file's, as it is. */
  folder: string;
  /** Why `python` is not obeyed; null: it is, or is not set. */
  untrusted: string | null;
}
