/** Where a value came from. `name` is the variable, parameter or file; `raw` is what was written there. */
export interface Source {
  kind: 'parameter' | 'env' | 'file' | 'default' | 'derived';
  name?: string;
  raw?: string;
  line?: number;
  column?: number;
}

/** Python's name of the exception that LensKit would raise. */
export type ConfigErrorType =
  | 'ValueError'
  | 'TypeError'
  | 'OverflowError'
  | 'ZeroDivisionError'
  | 'IndexError'
  | 'ValidationError'
  | 'SettingsError'
  | 'TOMLDecodeError'
  | 'UnicodeDecodeError';

/** Where it happens: LensKit cannot be imported, or a call in the main process raises it. */
export type ConfigErrorStage = 'import' | 'main';

interface ConfigErrorInit {
  type: ConfigErrorType;
  message: string;
  stage?: ConfigErrorStage | undefined;
  knob?: string | undefined;
  source?: Source | undefined;
  value?: unknown;
  tooFew?: boolean;
}

/**
 * LensKit itself would refuse this configuration.
 *
 * `type` is LensKit's exception, `knob` the setting at fault, `source` where it was read, `value` what was
 * found there. The message says what to write instead. `others` holds the further errors that LensKit's own
 * message would list (pydantic reports all of them at once).
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly type: ConfigErrorType;
  readonly stage: ConfigErrorStage;
  readonly knob: string | null;
  readonly source: Source | null;
  readonly value: unknown;
  /** It is a number, and less than LensKit takes (0.14). */
  readonly tooFew: boolean;
  others: ConfigError[] = [];

  constructor(init: ConfigErrorInit) {
    super(init.message);
    this.type = init.type;
    this.stage = init.stage ?? 'main';
    this.knob = init.knob ?? null;
    this.source = init.source ?? null;
    this.value = init.value ?? null;
    this.tooFew = init.tooFew ?? false;
  }
}

const SHOWN = 60;

/** A user's value as it may stand in a message: quoted, escaped, cut to 60 characters. */
export function quoted(value: unknown): string {
  const text = String(value);
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return JSON.stringify(cut) + (text.length > SHOWN ? ` (${text.length} characters)` : '');
}
