import { createHash } from 'node:crypto';
import { isSecretName } from '../../privacy/secret-names.ts';
import type { Hide } from '../../privacy/secrets.ts';

type Env = { readonly [name: string]: string | undefined };

/** The variables that a job's times may depend on. */
export interface Variables {
  /** Those that are known to bear on computing, with their values. */
  environment: { [name: string]: string };
  /** All others, each with a digest of its value. */
  others: { [name: string]: string };
}

/** Variables that bear on how quickly a command computes, and hold nothing private; those of a scheduler's job are others with every job. */
const BEARS =
  /^(?:lk_.*|(?:OMP|OPENBLAS|GOTO|MKL|BLIS|VECLIB|NUMEXPR|NUMBA|RAYON|KMP|GOMP|TORCH|PYTORCH|MALLOC|POLARS|ARROW|XLA|TF|JAX|NCCL|CUDA|LD|DYLD)_.*|PYTHON.*|TMPDIR|TMP|TEMP|LANG|LC_(?:ALL|CTYPE|NUMERIC|COLLATE)|TZ|CUDA_VISIBLE_DEVICES|SLURM_(?:CPUS_PER_TASK|NTASKS|NTASKS_PER_NODE|MEM_PER_(?:CPU|GPU|NODE)))$/i;

/** Variables of a shell, a terminal, a session, a scheduler's job or a run of CI: others with each, and no job's times depend on them. */
const PASSING = [
  // shells, and what starts programs from them
  /^(?:_|__.*|_CE_.*|_OLD_VIRTUAL_.*|_ModuleTable.*|_LMFILES.*|SHLVL|PWD|OLDPWD|PS[0-4]|PROMPT|PROMPT_.*|RPROMPT|HIST(?:FILE.*|SIZE|CONTROL|IGNORE|TIMEFORMAT)|LINES|COLUMNS|SHELL_SESSION_.*|BASH_.*|ZSH.*|ZDOTDIR|FISH_.*|SUDO_.*|INIT_CWD|npm_.*|JEST_WORKER_ID|NODE_CHANNEL_.*|NODE_UNIQUE_ID|DIRENV_.*|STARSHIP_.*|ATUIN_.*|FZF_.*|P9K_.*|MAIL|MAILCHECK|EDITOR|VISUAL|PAGER|LESS|LESS(?:_.*|OPEN|CLOSE|HISTFILE)|GIT_.*|FNM_MULTISHELL_PATH|CONDA_(?:SHLVL|PROMPT_MODIFIER)|VIRTUAL_ENV_PROMPT)$/,
  // terminals and desktops
  /^(?:TERM|TERM_.*|TERM(?:INFO|INAL|CAP).*|COLORTERM|COLORFGBG|LS_?COLORS|CLICOLOR.*|NO_COLOR|FORCE_COLOR|WINDOW|WINDOWID|WINDOWPATH|DISPLAY|WAYLAND_.*|XAUTHORITY|XMODIFIERS|XPC_.*|XDG_(?:SESSION_.*|RUNTIME_DIR|SEAT.*|VTNR|CURRENT_DESKTOP|GREETER_.*|DATA_DIRS|CONFIG_DIRS|MENU_PREFIX|ACTIVATION_.*)|DBUS_.*|SSH_.*|GPG_.*|TMUX.*|STY|ZELLIJ.*|KITTY_.*|ALACRITTY_.*|WEZTERM_.*|ITERM_.*|LC_TERMINAL.*|KONSOLE_.*|VTE_.*|WT_.*|WSL.*|GNOME_.*|KDE_.*|DESKTOP_.*|GTK_.*|QT_.*|SESSION_MANAGER|VSCODE_.*|SECURITYSESSIONID|COMMAND_MODE|Apple_.*|INVOCATION_ID|JOURNAL_STREAM|MANAGERPID.*|SYSTEMD_.*|NOTIFY_SOCKET|LISTEN_(?:PID|FDS|FDNAMES))$/,
  // machines and schedulers: what they grant is seen by itself
  /^(?:HOST|HOSTNAME|SLURM.*|SBATCH_.*|SRUN_.*|PBS_.*|LSB_.*|LSF_.*|LS_(?:JOBPID|SUBCWD|EXEC_T)|SGE_.*|JOB_(?:ID|NAME|SCRIPT)|TASK_ID|REQUEST|RESTARTED|NHOSTS|NQUEUES|PE_HOSTFILE|QUEUE|PMI.*|PRTE_.*|OMPI_.*|FLUX_.*|COBALT_.*|OAR_.*|_CONDOR_.*|KUBERNETES_.*)$/,
  /_(?:SERVICE_(?:HOST|PORT)|PORT_\d{1,5}_(?:TCP|UDP))(?:_|$)/,
  // CI
  /^(?:GITHUB_.*|RUNNER_.*|ACTIONS_.*|CI_.*|BUILD_(?:ID|NUMBER|TAG|URL|DISPLAY_NAME)|BUILDKITE.*|JENKINS_.*|CIRCLE_.*|TRAVIS_.*)$/,
];

const MOST = 10_000;

/**
 * What of an environment a job's times may depend on. Of a variable that is not known its value is not kept, only a
 * digest. One that sounds like a secret is left out, since of a digest a short secret could be guessed; so is what
 * looks like a secret within a value.
 */
export function variablesOf(env: Env, host: string, hide: Hide): Variables {
  const environment: { [name: string]: string } = {};
  const others: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(env).slice(0, MOST)) {
    if (value === undefined || isSecretName(name)) continue;
    if (BEARS.test(name)) environment[name] = withoutJob(value, env, host);
    else if (!PASSING.some((names) => names.test(name)))
      others[name] = digestOf(name, hide(withoutJob(value, env, host)));
  }
  return { environment, others };
}

function digestOf(name: string, value: string): string {
  return createHash('sha256').update(`${name}\0${value}`).digest('hex').slice(0, 12);
}

const JOBS = ['SLURM_JOB_ID', 'SLURM_JOBID', 'PBS_JOBID', 'LSB_JOBID', 'JOB_ID', 'FLUX_JOB_ID', 'COBALT_JOBID'];

/**
 * A list of folders without the number of a scheduler's job, this machine's name and the folders of one session: an
 * equal job may go on elsewhere, with another folder for its temporary files. Other values stay as they are.
 */
function withoutJob(value: string, env: Env, host: string): string {
  if (!value.startsWith('/')) return value;
  const passing = [host, ...JOBS.map((name) => env[name])].filter((one) => one !== undefined && one.length > 2);
  return value
    .split(':')
    .filter((folder) => !/\/(?:fnm_multishells|\.vscode-server|\.cursor-server)\//.test(folder))
    .map((folder) =>
      folder
        .split('/')
        .map((part) => (passing.some((one) => isWithin(one as string, part)) ? '*' : part))
        .join('/'),
    )
    .join(':');
}

/** `4711` in `job.4711`, not in `14711`. */
function isWithin(word: string, part: string): boolean {
  const at = part.indexOf(word);
  if (at < 0) return false;
  return !/\w/.test(part.charAt(at - 1)) && !/\w/.test(part.charAt(at + word.length));
}

const MOST_NAMED = 8;

/** What two environments differ in beside what is known by value, in words; `was` and `is` are as `variablesOf` made them. */
export function differentVariables(was: unknown, is: { readonly [name: string]: string }): string[] {
  const before = typeof was === 'object' && was !== null ? (was as { readonly [name: string]: unknown }) : {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(is)])].filter((name) => before[name] !== is[name]);
  const words = names.map((name) => {
    if (!Object.hasOwn(before, name)) return `${name}: was not set`;
    return Object.hasOwn(is, name) ? `${name}: was another value` : `${name}: is not set`;
  });
  return words.length <= MOST_NAMED
    ? words
    : [...words.slice(0, MOST_NAMED), `and ${words.length - MOST_NAMED} more variables`];
}
