/**
 * A Gaussian process over the settings' coordinates (Rasmussen and Williams, "Gaussian Processes for Machine
 * Learning", 2006, algorithms 2.1 and 5.1): Matérn 5/2 with a length for each coordinate, a constant mean, and a
 * share of variance of each setting's own, for what no smooth function says.
 */

/** One setting's logarithmic time with the variance of that figure. */
export interface Observation {
  /** Its index among the points. */
  at: number;
  value: number;
  variance: number;
}

/** What is believed of every point. `covariance` of two points by index. */
export interface Posterior {
  mean: number[];
  covariance(a: number, b: number): number;
}

interface Hyperparameters {
  /** Logarithms: of the kernel's variance, of the own variance, of each coordinate's length. */
  variance: number;
  own: number;
  lengths: number[];
}

type Matrix = number[][];

export class GaussianProcess {
  private readonly points: readonly (readonly number[])[];
  private readonly random: () => number;
  private hyper: Hyperparameters;

  constructor(points: readonly (readonly number[])[], random: () => number) {
    this.points = points;
    this.random = random;
    const dimensions = points[0]?.length ?? 0;
    this.hyper = { variance: Math.log(0.25), own: Math.log(1e-4), lengths: Array<number>(dimensions).fill(0.7) };
  }

  /** Fits the hyperparameters to the observations and gives what follows for every point. */
  posterior(observations: readonly Observation[]): Posterior {
    this.fit(observations);
    const { points, hyper } = this;
    const mean = average(observations);
    const lower = cholesky(this.kernelOf(observations, hyper)) as Matrix;
    const weights = backSolved(
      lower,
      solved(
        lower,
        observations.map(({ value }) => value - mean),
      ),
    );
    // For every point: its covariance with the observations, solved by the lower triangle.
    const across = points.map((_, point) => observations.map(({ at }) => this.kernel(point, at, hyper)));
    const reduced = across.map((row) => solved(lower, row));
    return {
      mean: across.map((row) => mean + dot(row, weights)),
      covariance: (a, b) => this.kernel(a, b, hyper) - dot(reduced[a] ?? [], reduced[b] ?? []),
    };
  }

  /** Random steps around the best so far, wide ones first: the likelihood has few dimensions and many flat parts. */
  private fit(observations: readonly Observation[]): void {
    let best = this.likelihood(observations, this.hyper);
    for (let step = 0; step < 120; step++) {
      const width = step < 60 ? 1 : 0.3;
      const tried: Hyperparameters = {
        variance: this.hyper.variance + width * this.normal(),
        own: this.hyper.own + width * this.normal(),
        lengths: this.hyper.lengths.map((length) => length + width * this.normal()),
      };
      const likelihood = this.likelihood(observations, tried);
      if (likelihood > best) {
        best = likelihood;
        this.hyper = tried;
      }
    }
  }

  /** The logarithm of the marginal likelihood, with weak priors that keep the parameters in a sane range. */
  private likelihood(observations: readonly Observation[], hyper: Hyperparameters): number {
    const lower = cholesky(this.kernelOf(observations, hyper));
    if (lower === null) return Number.NEGATIVE_INFINITY;
    const mean = average(observations);
    const half = solved(
      lower,
      observations.map(({ value }) => value - mean),
    );
    const logDeterminant = lower.reduce((sum, row, index) => sum + Math.log(row[index] as number), 0);
    const prior =
      gaussian(hyper.variance, Math.log(0.2), 1.5) +
      gaussian(hyper.own, Math.log(4e-4), 1.5) +
      hyper.lengths.reduce((sum, length) => sum + gaussian(length, 1, 1), 0);
    return -dot(half, half) / 2 - logDeterminant + prior;
  }

  private kernelOf(observations: readonly Observation[], hyper: Hyperparameters): Matrix {
    return observations.map((a, row) =>
      observations.map((b, column) => this.kernel(a.at, b.at, hyper) + (row === column ? a.variance : 0)),
    );
  }

  private kernel(a: number, b: number, { variance, own, lengths }: Hyperparameters): number {
    const [from, to] = [this.points[a] ?? [], this.points[b] ?? []];
    let square = 0;
    for (let i = 0; i < lengths.length; i++)
      square += (((from[i] ?? 0) - (to[i] ?? 0)) / Math.exp(lengths[i] ?? 0)) ** 2;
    const scaled = Math.sqrt(5 * square);
    const smooth = Math.exp(variance) * (1 + scaled + scaled ** 2 / 3) * Math.exp(-scaled);
    return a === b ? smooth + Math.exp(own) : smooth;
  }

  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  }
}

function gaussian(value: number, center: number, width: number): number {
  return -((value - center) ** 2) / (2 * width ** 2);
}

function average(observations: readonly Observation[]): number {
  return observations.reduce((sum, { value }) => sum + value, 0) / observations.length;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The lower triangle L with L·Lᵀ = matrix; null where the matrix is not positive definite. */
function cholesky(matrix: Matrix): Matrix | null {
  const lower: Matrix = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < matrix.length; i++) {
    const row = lower[i] as number[];
    for (let j = 0; j <= i; j++) {
      const other = lower[j] as number[];
      let sum = (matrix[i] as number[])[j] as number;
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number);
      if (i !== j) row[j] = sum / (other[j] as number);
      else if (sum > 0) row[i] = Math.sqrt(sum);
      else return null;
    }
  }
  return lower;
}

/** x with L·x = right. */
function solved(lower: Matrix, right: readonly number[]): number[] {
  const x: number[] = [];
  for (let i = 0; i < lower.length; i++) {
    const row = lower[i] as number[];
    let sum = right[i] as number;
    for (let k = 0; k < i; k++) sum -= (row[k] as number) * (x[k] as number);
    x.push(sum / (row[i] as number));
  }
  return x;
}

/** x with Lᵀ·x = right. */
function backSolved(lower: Matrix, right: readonly number[]): number[] {
  const x = Array<number>(lower.length).fill(0);
  for (let i = lower.length - 1; i >= 0; i--) {
    let sum = right[i] as number;
    for (let k = i + 1; k < lower.length; k++) sum -= ((lower[k] as number[])[i] as number) * (x[k] as number);
    x[i] = sum / ((lower[i] as number[])[i] as number);
  }
  return x;
}
