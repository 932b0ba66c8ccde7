import { describe, expect, it } from 'vitest';
import {
  MissingInitializer,
  MissingKey,
  MissingParameter,
  OutsideTransform,
  ParameterShapeMismatch,
} from '../../src/error/haiku.js';
import * as hk from '../../src/haiku/index.js';
import { grad, jit, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as random from '../../src/random/index.js';

const x = jnp.ones([2, 3]);
const key = random.PRNGKey(0);
const namesOf = (f: (x: NdArray) => NdArray): string[] => Object.keys(hk.transform(f).init(key, x)).sort();

describe('names of modules', () => {
  it('tell the method that made them, also for methods that cannot be wrapped', () => {
    class Grid2MeshGnn extends hk.Module {
      call(inputs: NdArray): NdArray {
        return this._networksBuilder(inputs);
      }
      _networksBuilder(inputs: NdArray): NdArray {
        return this.#hidden(new hk.nets.MLP([3], { name: 'encoder_edges_grid2mesh_mlp' }).call(inputs));
      }
      #hidden(inputs: NdArray): NdArray {
        return this.inMethod('privatePart', () => new hk.Linear(3).call(inputs));
      }
    }
    expect(namesOf((inputs) => new Grid2MeshGnn({ name: 'grid2mesh_gnn' }).call(inputs))).toEqual([
      'grid2mesh_gnn/~_networks_builder/encoder_edges_grid2mesh_mlp/~/linear_0',
      'grid2mesh_gnn/~private_part/linear',
    ]);
  });

  it('know where a constructor ends: in siblings, in inherited constructors, in functions, and after an error', () => {
    class Base extends hk.Module {
      readonly part: hk.Linear;
      constructor(options: hk.ModuleOptions = {}) {
        super(options);
        this.part = new hk.Linear(3);
      }
      call(inputs: NdArray): NdArray {
        return this.part.call(inputs);
      }
    }
    class Derived extends Base {}
    class Longer extends Derived {
      readonly more: hk.Linear;
      constructor() {
        super({ name: 'longer' });
        this.more = new hk.Linear(3);
      }
      override call(inputs: NdArray): NdArray {
        return this.more.call(super.call(inputs));
      }
    }
    class Failing extends hk.Module {
      constructor() {
        super();
        throw new RangeError('on purpose');
      }
    }
    const build = (): hk.Linear => new hk.Linear(3);
    const names = namesOf((inputs) => {
      const [first, second] = [new Derived(), new Derived()];
      const longer = new Longer();
      expect(() => new Failing()).toThrow(RangeError);
      const plain = build();
      return [first, second, longer, plain].reduce((y, module) => module.call(y), inputs);
    });
    expect(names).toEqual(['derived/~/linear', 'derived_1/~/linear', 'linear', 'longer/~/linear', 'longer/~/linear_1']);
  });

  it('belong to the module that asks when a constructor makes a parameter', () => {
    class Scale extends hk.Module {
      readonly gain = hk.getParameter('gain', [], { init: hk.initializers.ones });
      call(inputs: NdArray): NdArray {
        return jnp.multiply(inputs, this.gain);
      }
    }
    expect(namesOf((inputs) => new Scale().call(new Scale().call(inputs)))).toEqual(['scale', 'scale_1']);
  });

  it('are made of functions too', () => {
    const doubled = (inputs: NdArray): NdArray => new hk.Linear(3).call(inputs);
    const Doubled = hk.toModule(doubled);
    expect(namesOf((inputs) => new Doubled().call(inputs))).toEqual(['doubled/linear']);
  });

  it('must be identifiers, and numbered ones must be unique', () => {
    expect(() => namesOf((inputs) => new hk.Linear(3, { name: '1st' }).call(inputs))).toThrow(/'1st'/);
    const twice = (inputs: NdArray): NdArray => {
      const [a, b] = [new hk.Linear(3, { name: 'a_1' }), new hk.Linear(3, { name: 'a_1' })];
      return b.call(a.call(inputs));
    };
    expect(() => namesOf(twice)).toThrow(/'a_1' is the name of two modules/);
  });
});

describe('mistakes are told', () => {
  const linear = hk.transform((inputs: NdArray) => new hk.Linear(4).call(inputs));

  it('a module outside of a transformed function', () => {
    expect(() => new hk.Linear(3)).toThrow(OutsideTransform);
    let escaped: hk.Linear | null = null;
    hk.transform((inputs: NdArray) => {
      escaped = new hk.Linear(3);
      return escaped.call(inputs);
    }).init(key, x);
    expect(() => (escaped as unknown as hk.Linear).call(x)).toThrow(OutsideTransform);
  });

  it('parameters that are not there, or of another shape', () => {
    expect(() => linear.apply({}, null, x)).toThrow(MissingParameter);
    const params = linear.init(key, x);
    expect(() => linear.apply(params, null, jnp.ones([2, 5]))).toThrow(ParameterShapeMismatch);
    expect(() => hk.transform(() => hk.getParameter('w', [2])).init(key)).toThrow(MissingInitializer);
  });

  it('random numbers without a key', () => {
    expect(() => linear.init(null, x)).toThrow(MissingKey);
  });

  it('state in a function transformed without it', () => {
    const counting = hk.transform(() => {
      hk.setState('n', jnp.ones([]));
      return jnp.ones([]);
    });
    expect(() => counting.init(key)).toThrow(/transformWithState/);
  });
});

describe('what surrounds a function', () => {
  it('custom getters change what is read and not what is stored', () => {
    const view: hk.Getter = (next, value) => next(jnp.astype(value, 'bfloat16'));
    const f = hk.transform((inputs: NdArray) => hk.customGetter(view, () => new hk.Linear(4).call(inputs)));
    const params = f.init(key, jnp.astype(x, 'bfloat16'));
    const wide = hk.transform((inputs: NdArray) => hk.customGetter(view, () => new hk.Linear(4, {}).call(inputs)));
    const float32 = wide.init(key, x);
    expect([params.linear.w.dtype, float32.linear.w.dtype]).toEqual(['bfloat16', 'float32']);
    expect(wide.apply(float32, null, jnp.astype(x, 'bfloat16')).dtype).toBe('bfloat16');
  });

  it('custom creators change what is made', () => {
    const zero: hk.Creator = (next, shape, dtype) => next(shape, dtype, hk.initializers.zeros);
    const f = hk.transform((inputs: NdArray) => hk.customCreator(zero, () => new hk.Linear(2).call(inputs)));
    expect([...f.init(null, x).linear.w.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('init and apply are pure: parameters are frozen, and a second call gives the same', () => {
    const f = hk.transform((inputs: NdArray) => new hk.nets.MLP([4, 2]).call(inputs));
    const params = f.init(key, x);
    expect(Object.isFrozen(params) && Object.isFrozen(params['mlp/~/linear_0'])).toBe(true);
    const again = f.init(key, x);
    expect(again['mlp/~/linear_0'].w.dataSync()).toEqual(params['mlp/~/linear_0'].w.dataSync());
  });

  it('remat changes nothing but what is kept: value and gradient are the same', () => {
    const network = (inputs: NdArray): NdArray => new hk.nets.MLP([8, 8, 1], { activation: jnp.tanh }).call(inputs);
    const plain = hk.transform((inputs: NdArray) => network(inputs));
    const saved = hk.transform((inputs: NdArray) => hk.remat(network)(inputs));
    const params = plain.init(key, x);
    expect(Object.keys(saved.init(key, x))).toEqual(Object.keys(params));
    const loss = (f: typeof plain) => jit(grad((p: hk.Params) => jnp.sum(f.apply(p, null, x))));
    const [a, b] = [loss(plain)(params), loss(saved)(params)];
    for (const module of Object.keys(params)) expect(b[module].w.dataSync()).toEqual(a[module].w.dataSync());
  });

  it('valueAndGrad inside of a transformed function sees its parameters', () => {
    const f = hk.transform((inputs: NdArray) => {
      const w = hk.getParameter('w', [3], { init: hk.initializers.Constant(2) });
      return hk.grad((v: NdArray) => jnp.sum(jnp.multiply(w, jnp.square(v))))(inputs);
    });
    const v = jnp.array([1, 2, 3]);
    expect([...f.apply(f.init(key, v), null, v).dataSync()]).toEqual([4, 8, 12]);
  });
});
