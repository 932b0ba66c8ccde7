import type { DType, NdArray } from '../../src/index.js';
import { convGeneralDilated } from '../../src/primitive/convolution.js';
import { dilated, namedPadding } from '../../src/primitive/window.js';
import { describeEngines } from '../helpers/engines.js';
import { describeFixtures } from '../helpers/fixtures.js';

interface Options {
  readonly lhsDilation?: number[];
  readonly rhsDilation?: number[];
  readonly dimensionNumbers?: readonly [string, string, string];
  readonly featureGroupCount?: number;
  readonly batchGroupCount?: number;
  readonly preferredElementType?: DType;
}

/** Positions of the two named axes, then of the spatial ones in the order of `order`. */
const spec = (text: string, names: string, order: string): number[] =>
  [...names, ...order].map((letter) => text.indexOf(letter));

describeEngines(() => {
  describeFixtures(
    'primitives/convolution',
    {
      convGeneralDilated: (
        x: NdArray,
        w: NdArray,
        windowStrides: number[],
        padding: string | [number, number][],
        o: Options = {},
      ) => {
        const letters = 'DHW'.slice(3 - windowStrides.length);
        const [lhs, rhs, out] = o.dimensionNumbers ?? [`NC${letters}`, `OI${letters}`, `NC${letters}`];
        const order = [...rhs].filter((c) => !'OI'.includes(c)).join('');
        const lhsSpec = spec(lhs, 'NC', order);
        const rhsSpec = spec(rhs, 'OI', order);
        const ones = windowStrides.map(() => 1);
        const [lhsDilation, rhsDilation] = [o.lhsDilation ?? ones, o.rhsDilation ?? ones];
        const sizes = ones.map((_, k) => x.shape[lhsSpec[k + 2]]);
        const reach = ones.map((_, k) => dilated(w.shape[rhsSpec[k + 2]], rhsDilation[k]));
        return convGeneralDilated(x, w, {
          windowStrides,
          padding: typeof padding === 'string' ? namedPadding(padding, sizes, reach, windowStrides) : padding,
          lhsDilation,
          rhsDilation,
          dimensionNumbers: { lhsSpec, rhsSpec, outSpec: spec(out, 'NC', order) },
          featureGroupCount: o.featureGroupCount ?? 1,
          batchGroupCount: o.batchGroupCount ?? 1,
          precision: null,
          preferredElementType: o.preferredElementType ?? null,
        });
      },
    },
    // JAX adds in float32 in an order of its own, the reference engine in float64.
    { ulps: 4, at: 'array' },
  );
});
