/** A program that starts the command behind its own words. */
export interface Launcher {
  /** Options whose value may be a word of its own; of those that take more, `NAME:COUNT`. */
  valued?: string;
  /** Words of its own before the command: the time of `timeout`, the mask of `taskset`. */
  words?: number;
  /** Options with which it starts no command. */
  ends?: string;
  /** Words `NAME=VALUE` set variables for the command. */
  assigns?: true;
  /** The word that comes before the command: `uv run`. Options may stand before and behind it. */
  subcommand?: readonly string[];
  /** It chooses the environment that Python is of. */
  chooses?: Tool;
  /** Where the command runs, where nothing of it can be seen from here. */
  away?: string;
}

/** Those that keep environments, and run commands in them. */
export type Tool = 'uv' | 'poetry' | 'pipenv' | 'conda' | 'pixi' | 'pdm' | 'rye';

const MPI = `-n -np -c -N --np --n -H --host -hosts -host --hosts -hostfile --hostfile -machinefile --machinefile -f -ppn -perhost
  -x -wdir --wdir -wd -path --path -bind-to --bind-to -map-by --map-by --rank-by -rank-by --oversubscribe-limit
  --output-filename -outfile-pattern -errfile-pattern -env:2 -genv:2 -envlist -genvlist --mca:2 -mca:2 --gmca:2 --pmixmca:2
  --prtemca:2 --app -configfile -launcher -rmk -iface -usize -l:0 --timeout --tune --prefix --personality --report-state-on-timeout:0
  --npernode -npernode --npersocket -npersocket --cpus-per-proc --cpus-per-rank --cpu-set --cpu-list --xterm --merge-stderr-to-stdout:0
  --preload-files --preload-files-dest-dir --slot-list -rf --rankfile --stdin --tag-output:0 --depth -d --cpu-bind --mem-bind
  --envall:0 --ppn --line-buffer:0 --env --rlimits --umask`;

const SRUN = `-A --account --acctg-freq -B --extra-node-info --bb --bbf --bcast:0 -b --begin -C --constraint --cluster-constraint
  --comment --container --container-id --context --core-spec -S --cores-per-socket --cpu-bind --cpu-freq --cpus-per-gpu
  -c --cpus-per-task -D --chdir --deadline --delay-boot -d --dependency --distribution -m --epilog -e --error -x --exclude --export
  --extra --gid --gpu-bind --gpu-freq -G --gpus --gpus-per-node --gpus-per-socket --gpus-per-task --gres --gres-flags --het-group
  --hint -i --input -J --job-name --jobid -L --licenses --mail-type --mail-user --mcs-label --mem --mem-bind --mem-per-cpu
  --mem-per-gpu --mincpus --mpi --network -w --nodelist -F --nodefile -N --nodes -n --ntasks --ntasks-per-core
  --ntasks-per-gpu --ntasks-per-node --ntasks-per-socket --open-mode -o --output -p --partition --power --prefer --priority
  --profile --prolog -q --qos -r --relative --reservation --resv-ports:0 --segment --signal --slurmd-debug --sockets-per-node
  -M --clusters --switches --task-epilog --task-prolog --thread-spec --threads --threads-per-core -T -t --time --time-min --tmp
  --tree-width --tres-bind --tres-per-task --uid -W --wait --wckey`;

const IN_CONTAINER = 'it runs in a container';
const ELSEWHERE = 'it runs on another machine, or later';
const BY_RULES = 'what it runs stands in a file of its own';

/** Rows with several names, which have to be the same. */
const ROWS: readonly (readonly [names: string, launcher: Launcher])[] = [
  // coreutils 9.11, util-linux 2.41, procps: their manual pages
  ['env', { valued: '-u --unset -C --chdir -a --argv0', assigns: true, ends: '--help --version' }],
  ['nice', { valued: '-n --adjustment' }],
  ['nohup setsid unbuffer catchsegv nocache', {}],
  ['timeout', { valued: '-k --kill-after -s --signal', words: 1 }],
  ['stdbuf', { valued: '-i -o -e --input --output --error' }],
  ['time', { valued: '-f --format -o --output' }],
  ['taskset', { words: 1, ends: '-p --pid' }],
  ['chrt', { valued: '-T -P -D --sched-runtime --sched-period --sched-deadline', words: 1, ends: '-p --pid -m --max' }],
  ['ionice', { valued: '-c --class -n --classdata', ends: '-p --pid -P --pgid -u --uid' }],
  ['setarch', { words: 1 }],
  ['linux64 x86_64 i386 linux32 uname26', {}],
  ['flock', { valued: '-w --wait --timeout -E --conflict-exit-code', words: 1, ends: '-c --command' }],
  ['prlimit', { valued: '-o --output', ends: '-p --pid' }],
  ['choom', { valued: '-n --adjust', ends: '-p --pid' }],
  ['unshare', { valued: '-S --setuid -G --setgid -R --root -w --wd --propagation --setgroups --monotonic --boottime' }],
  [
    'numactl',
    {
      valued: '-N --cpunodebind -C --physcpubind -m --membind -i --interleave -p --preferred -w -P --preferred-many',
      ends: '-s --show -H --hardware',
    },
  ],
  ['cpulimit', { valued: '-l --limit', ends: '-p --pid -e --exe -P --path' }],
  ['cgexec', { valued: '-g' }],
  [
    'systemd-run',
    {
      valued:
        '-p --property -u --unit -E --setenv --slice --uid --gid --nice --working-directory --description --service-type -M --machine -H --host',
    },
  ],
  ['systemd-inhibit caffeinate', { valued: '--what --who --why --mode -t -w' }],
  [
    'sudo doas',
    { valued: '-u --user -g --group -C -D --chdir -p --prompt -T -h --host -R --chroot -r -t', assigns: true },
  ],
  ['strace ltrace', { valued: '-e -o -p -s -E -u -P -a -b -I -O -S -U -X -A -l -n -x' }],
  ['valgrind', {}],
  [
    'perf',
    {
      subcommand: ['stat', 'record', 'trace'],
      valued: '-e --event -o --output -r --repeat -F --freq -c --count -C --cpu -x -I -D --delay -m -p --pid -t --tid',
    },
  ],
  [
    'xvfb-run',
    { valued: '-n --server-num -e --error-file -f --auth-file -p --xauth-protocol -s --server-args -w --wait' },
  ],
  // Slurm 25.05, Open MPI 5, MPICH 4 (Hydra), Intel MPI, PALS, Flux, Spectrum LSF
  ['srun', { valued: SRUN, ends: '--multi-prog' }],
  ['mpirun mpiexec mpiexec.hydra orterun prterun prun aprun ibrun jsrun', { valued: MPI }],
  [
    'flux',
    {
      subcommand: ['run'],
      valued:
        '-n --ntasks -N --nodes -c --cores-per-task -g --gpus-per-task -t --time-limit -q --queue -B --bank -o --setopt --setattr --env -x --exclusive:0 --requires --output --error --input --cwd',
    },
  ],
  // uv 0.9, Poetry 2.2, Pipenv 2025, conda 25, pixi 0.5x, PDM 2.2x, Rye 0.4x: their --help
  [
    'uv',
    {
      subcommand: ['run'],
      chooses: 'uv',
      valued: `-p --python --directory --project --config-file --cache-dir --color --extra --no-extra --group --no-group --only-group
    --env-file --with --with-editable --with-requirements -w --package --python-platform --python-preference --index --default-index -i --index-url --extra-index-url
    -f --find-links --index-strategy --keyring-provider --resolution --prerelease --fork-strategy --exclude-newer --link-mode -C --config-setting
    --no-build-package --no-binary-package -P --upgrade-package --refresh-package --reinstall-package --allow-insecure-host --no-editable-package`,
    },
  ],
  ['uvx', { away: 'uv makes an environment for it' }],
  ['poetry', { subcommand: ['run'], chooses: 'poetry', valued: '-C --directory -P --project' }],
  ['pipenv', { subcommand: ['run'], chooses: 'pipenv', valued: '--python --pypi-mirror' }],
  [
    'conda mamba micromamba',
    {
      subcommand: ['run'],
      chooses: 'conda',
      valued: '-n --name -p --prefix --cwd -r --root-prefix -a --attach -e --env --label --log-level --rc-file',
    },
  ],
  [
    'pixi',
    {
      subcommand: ['run', 'exec'],
      chooses: 'pixi',
      valued: '-e --environment --manifest-path --color -s --spec -c --channel',
    },
  ],
  ['pdm', { subcommand: ['run'], chooses: 'pdm', valued: '-p --project -c --config --venv' }],
  ['rye', { subcommand: ['run'], chooses: 'rye', valued: '--pyproject' }],
  ['docker podman nerdctl', { away: IN_CONTAINER }],
  ['apptainer singularity shifter enroot charliecloud ch-run udocker', { away: IN_CONTAINER }],
  ['ssh sbatch qsub bsub condor_submit kubectl', { away: ELSEWHERE }],
  ['make gmake ninja just snakemake nextflow dvc tox nox hatch invoke', { away: BY_RULES }],
];

/** Programs that start others, by their names. */
export const LAUNCHERS: ReadonlyMap<string, Launcher> = new Map(
  ROWS.flatMap(([names, launcher]) => names.split(' ').map((name) => [name, launcher] as const)),
);
