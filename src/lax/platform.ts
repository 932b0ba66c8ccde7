/**
 * Code that depends on what it runs on.
 */
import { describeValue } from '../array/convert.js';
import { InvalidArgument } from '../error/error.js';
import { defaultBackend } from '../transform/device.js';

type Branch = (...args: never[]) => unknown;

/**
 * The result of the function for the platform that programs run on, of `{ cpu, cuda, rocm, tpu, default }`, given last, with
 * the arguments before (`jax.lax.platform_dependent`). It is chosen when the program is traced.
 * @throws InvalidArgument when there is none for this platform, or something else than a function
 */
export function platformDependent<R>(...args: readonly unknown[]): R {
  const op = 'platformDependent';
  const branches = args.at(-1) as Readonly<Record<string, Branch>>;
  const isRecord =
    typeof branches === 'object' && branches !== null && Object.getPrototypeOf(branches) === Object.prototype;
  if (!isRecord || Object.values(branches).some((f) => typeof f !== 'function')) {
    const expected = 'functions by platform, such as { cpu, default }, as the last argument';
    throw new InvalidArgument({ op, argument: 'branches', expected, actual: describeValue(branches) });
  }
  if ('gpu' in branches) {
    throw new InvalidArgument({ op, argument: 'gpu', expected: "named 'cuda' or 'rocm'", actual: "'gpu'" });
  }
  const platform = defaultBackend();
  const branch = branches[platform] ?? branches.default;
  if (branch === undefined) {
    const expected = `a function for '${platform}', or a default`;
    throw new InvalidArgument({
      op,
      argument: 'branches',
      expected,
      actual: `for ${Object.keys(branches).join(', ')}`,
    });
  }
  return (branch as (...rest: readonly unknown[]) => R)(...args.slice(0, -1));
}
