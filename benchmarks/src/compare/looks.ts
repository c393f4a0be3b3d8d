/**
 * Looking several times, and still telling the truth. Who looks at 20, 40 and 80 pairs and stops at the first clear result
 * is wrong more often than each interval says. So each look has its share of the error: alpha spending after Lan and
 * DeMets (Biometrika 70, 1983, 659-663), in the form near Pocock's boundary, alpha * ln(1 + (e - 1) * t) by the look
 * that has seen the share t of all pairs. Of the usual forms it spends most early, and most cold starts that got slower
 * got so by far more than the noise. The levels follow by numerical integration of the joint density of the looks'
 * statistics (Armitage, McPherson and Rowe, J. R. Statist. Soc. A 132, 1969, 235-244): increments are independent,
 * their variance is the increase of t. That holds for the median of independent pairs as their number grows.
 */

/** Error spent by the look that has seen the share `t`. */
export const spentBy = (t: number, alpha: number): number => alpha * Math.log(1 + (Math.E - 1) * Math.min(1, t));

/** Of the standard normal distribution; Abramowitz and Stegun 7.1.26, error below 1.5e-7. */
const normalTail = (z: number): number => {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const poly =
    t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
  const tail = (poly * Math.exp(-x * x)) / 2;
  return z >= 0 ? tail : 1 - tail;
};

const density = (x: number, variance: number): number =>
  Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** Of Simpson's rule; even. */
const steps = 200;

/** Points within +-edge with Simpson's weights. */
const gridOf = (edge: number): { x: number; weight: number }[] => {
  const width = (2 * edge) / steps;
  return Array.from({ length: steps + 1 }, (_, at) => ({
    x: -edge + at * width,
    weight: (width / 3) * (at === 0 || at === steps ? 1 : at % 2 === 1 ? 4 : 2),
  }));
};

/** The value at which a falling function is `wanted`. */
const solve = (falling: (z: number) => number, wanted: number): number => {
  let [low, high] = [0, 10];
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (falling(middle) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/**
 * Boundaries of |Z| at each look.
 * @param shares what each look has seen of all pairs, rising to 1
 * @param alpha error of all looks together, two-sided
 */
export const boundaries = (shares: readonly number[], alpha: number): number[] => {
  const found: number[] = [];
  // Density of the sum of increments, B(t) = Z sqrt(t), of all who have not crossed yet.
  let inside: { x: number; weight: number; density: number }[] = [{ x: 0, weight: 1, density: 1 }];
  let beforeT = 0;
  let spent = 0;
  for (const t of shares) {
    const variance = t - beforeT;
    const share = spentBy(t, alpha) - spent;
    const crosses = (z: number): number => {
      const edge = z * Math.sqrt(t);
      const outside = (x: number): number =>
        normalTail((edge - x) / Math.sqrt(variance)) + normalTail((edge + x) / Math.sqrt(variance));
      return inside.reduce((sum, point) => sum + point.weight * point.density * outside(point.x), 0);
    };
    const z = solve(crosses, share);
    found.push(z);
    const before = inside;
    inside = gridOf(z * Math.sqrt(t)).map(({ x, weight }) => ({
      x,
      weight,
      density: before.reduce((sum, point) => sum + point.weight * point.density * density(x - point.x, variance), 0),
    }));
    beforeT = t;
    spent += share;
  }
  return found;
};

export interface Look {
  pairs: number;
  /** Of the interval at this look, so that those of all looks together have the asked one. */
  confidence: number;
  isLast: boolean;
}

/**
 * @param pairs rising whole numbers from 2
 * @param confidence of all looks together, 0 to 1
 * @throws RangeError when the looks are none
 */
export const looksAt = (pairs: readonly number[], confidence: number): Look[] => {
  const last = pairs.at(-1);
  const rises = pairs.every((each, at) => Number.isInteger(each) && each > (pairs[at - 1] ?? 1));
  if (last === undefined || !rises) throw new RangeError(`looks must be rising whole numbers from 2, not ${pairs}`);
  const shares = pairs.map((each) => each / last);
  return boundaries(shares, 1 - confidence).map((z, at) => ({
    pairs: pairs[at] as number,
    confidence: 1 - 2 * normalTail(z),
    isLast: at === pairs.length - 1,
  }));
};
