/** A graph network's step on eight devices: as on one, with nodes and edges cut. */
import { expect, test } from 'vitest';
import { config, devicePut, grad, jit, makeMesh, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { segmentSum } from '../../src/ops/index.js';
import * as random from '../../src/random/index.js';
import { NamedSharding, P } from '../../src/sharding/index.js';
import { difference } from '../helpers/devices.js';
import { describeXla } from '../helpers/xla.js';

const NODES = 32;
const EDGES = 96;

interface Params {
  readonly message: NdArray;
  readonly update: NdArray;
}

/** Two rounds of messages along edges, summed where they arrive. */
function loss({ message, update }: Params, nodes: NdArray, senders: NdArray, receivers: NdArray): NdArray {
  let h = nodes;
  for (let round = 0; round < 2; round++) {
    const sent = jnp.tanh(jnp.matmul(jnp.take(h, senders, { axis: 0 }), message));
    const arrived = segmentSum(sent, receivers, { numSegments: NODES });
    h = jnp.tanh(jnp.matmul(jnp.concatenate([h, arrived], { axis: 1 }), update));
  }
  return jnp.mean(jnp.square(h));
}

describeXla('A graph network on eight devices', () => {
  config.update('engine', 'xla');
  const key = (k: number) => random.PRNGKey(k);
  const params: Params = {
    message: random.normal(key(0), { shape: [8, 8] }),
    update: random.normal(key(1), { shape: [16, 8] }),
  };
  const nodes = random.normal(key(2), { shape: [NODES, 8] });
  const ends = (k: number): NdArray => random.randint(key(k), [EDGES], 0, NODES);
  const [senders, receivers] = [ends(3), ends(4)];
  const once = jit(grad(loss))(params, nodes, senders, receivers);

  const layouts = { 'edges cut': [null, 'd'], 'nodes cut': ['d', null], 'both cut': ['d', 'd'] } as const;
  for (const [name, [ofNodes, ofEdges]] of Object.entries(layouts)) {
    test(`has the gradient of one device with ${name}`, () => {
      const mesh = makeMesh([8], ['d']);
      const [rows, edges] = [new NamedSharding(mesh, P(ofNodes)), new NamedSharding(mesh, P(ofEdges))];
      const split = jit(grad(loss))(
        params,
        devicePut(nodes, rows),
        devicePut(senders, edges),
        devicePut(receivers, edges),
      );
      expect(split.message.sharding.devices.length).toBe(8);
      expect(difference(split.message, once.message)).toBeLessThan(1e-6);
      expect(difference(split.update, once.update)).toBeLessThan(1e-6);
    });
  }
});
