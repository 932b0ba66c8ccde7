/**
 * The order in which many factors are contracted in pairs.
 *
 * Up to six factors the order of fewest operations is searched for, as opt_einsum does; for more, at each step the pair is
 * taken that makes most elements vanish. Source: Smith and Gray, "opt_einsum" (2018).
 */
import { range } from '../array/shape.js';

type Letters = ReadonlySet<string>;
/** Positions in the list of what is left; the product goes to its end. */
export type Step = readonly number[];

/** Factors up to which all orders are tried. */
const SEARCHED = 6;

const sizeOf = (letters: Iterable<string>, sizes: ReadonlyMap<string, number>): number =>
  [...letters].reduce((n, l) => n * (sizes.get(l) as number), 1);

interface Contraction {
  readonly result: Letters;
  readonly operations: number;
}

/** The letters of the product of two factors, and how many operations it takes. */
function contraction(
  a: Letters,
  b: Letters,
  others: readonly Letters[],
  output: Letters,
  sizes: ReadonlyMap<string, number>,
): Contraction {
  const either = new Set([...a, ...b]);
  const needed = new Set([...output, ...others.flatMap((o) => [...o])]);
  const result = new Set([...either].filter((l) => needed.has(l)));
  const isSummed = [...a].some((l) => b.has(l) && !needed.has(l));
  return { result, operations: sizeOf(either, sizes) * (isSummed ? 2 : 1) };
}

/** Pairs of identifiers, where products get the next one that is free, as positions in what is left. */
function positions(pairs: readonly (readonly [number, number])[], count: number): Step[] {
  const left = range(count);
  return pairs.map(([i, j], k) => {
    const places = [left.indexOf(i), left.indexOf(j)].sort((p, q) => p - q);
    left.splice(places[1], 1);
    left.splice(places[0], 1);
    left.push(count + k);
    return places;
  });
}

/** The order of fewest operations. */
function cheapest(inputs: readonly Letters[], output: Letters, sizes: ReadonlyMap<string, number>): Step[] {
  let best: readonly (readonly [number, number])[] = [];
  let least = Number.POSITIVE_INFINITY;
  const visit = (
    path: readonly (readonly [number, number])[],
    left: readonly number[],
    all: readonly Letters[],
    sofar: number,
  ): void => {
    if (left.length === 1) {
      least = sofar;
      best = path;
      return;
    }
    for (const [p, i] of left.entries()) {
      for (const j of left.slice(p + 1)) {
        const rest = left.filter((k) => k !== i && k !== j);
        const { result, operations } = contraction(
          all[i],
          all[j],
          rest.map((k) => all[k]),
          output,
          sizes,
        );
        if (sofar + operations >= least) continue;
        visit([...path, [i, j]], [...rest, all.length], [...all, result], sofar + operations);
      }
    }
  };
  visit([], range(inputs.length), inputs, 0);
  return positions(best, inputs.length);
}

/** The order that makes most elements vanish at each step. */
function greedy(inputs: readonly Letters[], output: Letters, sizes: ReadonlyMap<string, number>): Step[] {
  let left = [...inputs];
  const path: Step[] = [];
  while (left.length > 1) {
    let chosen: { step: Step; result: Letters } | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const i of range(left.length)) {
      for (const j of range(left.length).slice(i + 1)) {
        const others = left.filter((_, k) => k !== i && k !== j);
        const { result } = contraction(left[i], left[j], others, output, sizes);
        const cost = sizeOf(result, sizes) - sizeOf(left[i], sizes) - sizeOf(left[j], sizes);
        if (cost < least || chosen === null) {
          least = cost;
          chosen = { step: [i, j], result };
        }
      }
    }
    const { step, result } = chosen as { step: Step; result: Letters };
    path.push(step);
    left = [...left.filter((_, k) => !step.includes(k)), result];
  }
  return path;
}

/** The steps that contract factors with these letters into a result with those of `output`. */
export function contractionPath(
  inputs: readonly (readonly string[])[],
  output: readonly string[],
  sizes: ReadonlyMap<string, number>,
  how: 'optimal' | 'greedy' | 'auto' = 'auto',
): Step[] {
  if (inputs.length <= 2) return inputs.length === 2 ? [[0, 1]] : [[0]];
  const factors = inputs.map((letters) => new Set(letters));
  const isSearched = how === 'optimal' || (how === 'auto' && inputs.length <= SEARCHED);
  return (isSearched ? cheapest : greedy)(factors, new Set(output), sizes);
}
