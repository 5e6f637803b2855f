// What the builtin engine of `lk bench batch` computes: for some users the ten best items of a factor model that
// all workers share. Runs in the workers of the invoker.
const TOP = 10;

/** @param model { users, items, factors, userFactors, itemFactors } @param range { from, to } of users */
export default function topItems({ items, factors, userFactors, itemFactors }, { from, to }) {
  const best = new Int32Array((to - from) * TOP);
  const scores = new Float32Array(items);
  for (let user = from; user < to; user++) {
    const own = user * factors;
    for (let item = 0; item < items; item++) {
      const base = item * factors;
      let score = 0;
      for (let k = 0; k < factors; k++) score += userFactors[own + k] * itemFactors[base + k];
      scores[item] = score;
    }
    for (let place = 0; place < TOP; place++) {
      let at = 0;
      for (let item = 1; item < items; item++) if (scores[item] > scores[at]) at = item;
      best[(user - from) * TOP + place] = at;
      scores[at] = Number.NEGATIVE_INFINITY;
    }
  }
  return best;
}
