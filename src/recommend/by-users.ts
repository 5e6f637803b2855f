/** From so many users on so many workers. */
export interface Step {
  fromUsers: number;
  workers: number;
}

export interface Choice {
  /** Seconds of a batch run with so many workers, for so many users. */
  seconds(workers: number, users: number): number;
  /** No more workers than this. */
  most: number;
  /** Lists come in tasks of so many at the least, at whose number the seconds bend; null: one at a time. */
  task: number | null;
  /** The workers that LensKit takes by itself, which the advice is never to be slower than; null: they do not fit. */
  usual: number | null;
}

/** An advice that is slower than the best by no more than this is kept, so that there are few. */
const NEAR = 1.1;
/** Nobody makes lists for more. */
const MOST_USERS = 1e8;
/** Sizes and numbers of workers that are looked at are so far apart; from where to where a choice holds is exact. */
const APART = { users: 1.5, workers: 1.1 };
/** Beyond so many tasks they grow with the users (`RAY_BATCHES`), and nothing bends any more. */
const MOST_BENDS = 21;

/**
 * How many workers from which number of users on: as few changes as the best one allows, each where the next becomes
 * quicker. With the first, for one user, no worker is started.
 */
export function stepsByUsers(choice: Choice): Step[] {
  const { seconds, most, usual } = choice;
  const counts = spaced(most, APART.workers);
  const sizes = sizesOf(choice);
  const best = sizes.map((users) => Math.min(...counts.map((workers) => seconds(workers, users))));
  const allowed = sizes.map((users, index) => {
    const least = best[index] ?? 0;
    const limit = usual === null ? least * NEAR : Math.max(least, Math.min(least * NEAR, seconds(usual, users)));
    return (workers: number) => seconds(workers, users) <= limit * (1 + 1e-9);
  });
  /** Up to which size it may be kept. */
  const reach = (workers: number, from: number): number => {
    let at = from;
    while (allowed[at]?.(workers)) at++;
    return at;
  };
  const steps: Step[] = [];
  for (let at = 0; at < sizes.length; ) {
    const longest = counts.map((workers) => ({ workers, to: reach(workers, at) }));
    // The first is for a single user: of those that reach as far the fewest workers.
    const { workers, to } = longest.reduce((a, b) => (b.to > a.to ? b : a));
    add(steps, workers, choice);
    at = Math.max(to, at + 1);
  }
  return steps;
}

/** Another step, from where it becomes quicker for good; those that it overtakes before they begin are none. */
function add(steps: Step[], workers: number, choice: Choice): void {
  for (let before = steps.at(-1); before !== undefined; before = steps.at(-1)) {
    const fromUsers = crossing(choice, before.workers, workers);
    if (fromUsers === null) return;
    if (fromUsers > before.fromUsers) {
      steps.push({ fromUsers, workers });
      return;
    }
    steps.pop();
  }
  steps.push({ fromUsers: 1, workers });
}

/** The sizes that are looked at. */
function sizesOf({ task }: Pick<Choice, 'task'>): number[] {
  const sizes = spaced(MOST_USERS, APART.users);
  if (task === null) return sizes;
  const bends = Array.from({ length: MOST_BENDS }, (_, index) => (index + 1) * task);
  return [...new Set([...sizes, ...bends])].sort((a, b) => a - b);
}

/** 1, 2, 3 … and then by a factor, up to the most. */
function spaced(most: number, factor: number): number[] {
  const values = [1];
  for (let value = 1; value < most; ) {
    value = Math.min(most, Math.max(value + 1, Math.round(value * factor)));
    values.push(value);
  }
  return values;
}

/** From how many users on `then` is quicker than `before` for good; null: never. */
export function crossing(choice: Pick<Choice, 'seconds' | 'task'>, before: number, then: number): number | null {
  const quicker = (users: number) => choice.seconds(then, users) < choice.seconds(before, users);
  const sizes = sizesOf(choice);
  const last = sizes.findLastIndex((users) => !quicker(users));
  if (last === sizes.length - 1) return null;
  let [low, high] = [sizes[last] ?? 0, sizes[last + 1] as number];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (quicker(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Up to two digits: it is not known better, and never too few to pay. */
export function inRoundNumbers(users: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(users)) - 1);
  return Math.ceil(users / unit) * unit;
}
