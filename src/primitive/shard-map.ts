/**
 * A function written for one device and run on all of a mesh: what `shardMap` leaves in a program.
 *
 * Its jaxpr works on blocks, and meets the other devices in collectives over the mesh's axes. To the rules it is a `vmap`
 * over those axes, of which each device holds one example, so the jaxpr's own transformations do the work; what stands
 * here is what happens at the border. Something that comes in whole is the same for all: its cotangents are summed over
 * the devices. Something that goes out whole is one of equal copies: its cotangent is shared evenly among them.
 * Source: jax.shard_map.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { InternalError } from '../error/error.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { Primitive } from '../ir/primitive.js';
import { remembered } from '../ir/remember.js';
import { sdy, shardingText } from '../ir/shardy.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import type { Mesh } from '../sharding/mesh.js';
import { PartitionSpec } from '../sharding/partition-spec.js';
import { bind } from '../trace/context.js';
import { smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { gatherResiduals, interleave, transforms } from '../trace/transforms.js';
import { div, like } from './arithmetic.js';
import { type CallParams, callSimplify } from './call.js';
import { psum } from './collective/index.js';
import { evaluateShards } from './shard-map-values.js';
import { expandDims, reshape } from './structure.js';
import { evaluateVarying, type Varying } from './varying.js';

export interface ShardMapParams extends CallParams {
  readonly mesh: Mesh;
  /** The axes of the mesh along which the jaxpr is written for one device. */
  readonly axes: readonly string[];
  readonly inSpecs: readonly PartitionSpec[];
  readonly outSpecs: readonly PartitionSpec[];
}

/** The shape of the whole, from that of a block. */
export const wholeShape = (block: readonly number[], spec: PartitionSpec, mesh: Mesh): number[] =>
  block.map((size, i) => size * mesh.sizeAlong(spec.axesOf(i)));

const wholeAval = (aval: ShapedArray, spec: PartitionSpec, mesh: Mesh): ShapedArray =>
  aval.withShape(wholeShape(aval.shape, spec, mesh));

/** The axes along which all devices hold the same. */
const unmentioned = ({ axes }: { readonly axes: readonly string[] }, spec: PartitionSpec): string[] =>
  axes.filter((axis) => !spec.axes.includes(axis));

const keep = <T>(list: readonly T[], mask: readonly boolean[]): T[] => list.filter((_, i) => mask[i]);

/** Stages a program of blocks that captures nothing. */
function stageBlocks(avals: readonly ShapedArray[], body: (args: NdArray[]) => readonly NdArray[]): Jaxpr {
  const { jaxpr, consts } = transforms().stage('shardMap', avals, body);
  if (consts.length > 0) throw new InternalError({ what: `shardMap captured ${consts.length} values` });
  return jaxpr;
}

/** The transposed program at its borders: cotangents shared on the way in, summed on the way out. */
const transposed = remembered(
  (
    jaxpr: Jaxpr,
    linear: readonly boolean[],
    flowing: readonly boolean[],
    mesh: Mesh,
    axes: readonly string[],
    inSpecs: readonly PartitionSpec[],
    outSpecs: readonly PartitionSpec[],
  ): { readonly jaxpr: Jaxpr; readonly nonzeroOut: readonly boolean[] } => {
    const inner = transforms().transpose(jaxpr, linear, flowing);
    const known = linear.filter((l) => !l).length;
    const cotangentSpecs = keep(outSpecs, flowing);
    const resultSpecs = keep(keep(inSpecs, linear), inner.nonzeroOut);
    const whole = (spec: PartitionSpec): string[] => unmentioned({ axes }, spec);
    const varies = (spec: PartitionSpec): Varying => new Set(axes.filter((axis) => spec.axes.includes(axis)));
    const inputs = [...inSpecs.filter((_, i) => !linear[i]), ...cotangentSpecs].map(varies);
    const bordered = stageBlocks(inner.jaxpr.inAvals, (args) => {
      const shared = args.map((x, i) => {
        const copies = i < known ? 1 : mesh.sizeAlong(whole(cotangentSpecs[i - known]));
        return copies === 1 ? x : div(x, like(x, copies));
      });
      return transforms()
        .evaluate(inner.jaxpr, shared)
        .map((y, k) => (whole(resultSpecs[k]).length === 0 ? y : psum(y, whole(resultSpecs[k]))));
    });
    const sizeOf = (axis: string): number => mesh.sizeAlong([axis]);
    const simpler = stageBlocks(bordered.inAvals, (args) => evaluateVarying(bordered, args, inputs, sizeOf));
    return { jaxpr: simpler, nonzeroOut: inner.nonzeroOut };
  },
);

/** A program whose last `count` outputs, or first `count` inputs, are residuals with an axis in front for the devices. */
const withResidualsOut = remembered((jaxpr: Jaxpr, count: number): Jaxpr => {
  const first = jaxpr.outvars.length - count;
  return stageBlocks(jaxpr.inAvals, (args) =>
    transforms()
      .evaluate(jaxpr, args)
      .map((y, k) => (k < first ? y : expandDims(y, [0]))),
  );
});

const withResidualsIn = remembered((jaxpr: Jaxpr, computed: readonly boolean[]): Jaxpr => {
  const avals = jaxpr.inAvals.map((aval, i) => (computed[i] ? aval.withShape([1, ...aval.shape]) : aval));
  return stageBlocks(avals, (args) =>
    transforms().evaluate(
      jaxpr,
      args.map((x, i) => (computed[i] ? reshape(x, x.shape.slice(1)) : x)),
    ),
  );
});

const derivative = (self: () => Primitive<ShardMapParams>) =>
  smooth<ShardMapParams>(
    (primals, tangents, params) => {
      const nonzeroIn = tangents.map((t) => !isZero(t));
      const { jaxpr, nonzeroOut } = transforms().jvp(params.jaxpr, nonzeroIn);
      const results = bind(self(), [...primals, ...tangents.filter((t): t is NdArray => !isZero(t))], {
        ...params,
        jaxpr,
        inSpecs: [...params.inSpecs, ...keep(params.inSpecs, nonzeroIn)],
        outSpecs: [...params.outSpecs, ...keep(params.outSpecs, nonzeroOut)],
      });
      const outputs = results.slice(0, nonzeroOut.length);
      let next = nonzeroOut.length;
      return {
        primals: outputs,
        tangents: nonzeroOut.map((nonzero, i) => (nonzero ? results[next++] : new Zero(outputs[i].aval.strong))),
      };
    },
    (cotangents, operands, params) => {
      const { mesh, axes, inSpecs, outSpecs } = params;
      const linear = operands.map(isLinear);
      const flowing = cotangents.map((ct) => !isZero(ct));
      const { jaxpr, nonzeroOut } = transposed(params.jaxpr, linear, flowing, mesh, axes, inSpecs, outSpecs);
      const args = [...operands, ...cotangents].filter((x): x is NdArray => !isLinear(x) && !isZero(x));
      const results = bind(self(), args, {
        ...params,
        jaxpr,
        inSpecs: [...inSpecs.filter((_, i) => !linear[i]), ...keep(outSpecs, flowing)],
        outSpecs: keep(keep(inSpecs, linear), nonzeroOut),
      });
      let position = 0;
      let next = 0;
      return operands.map((x) => {
        if (!isLinear(x)) return null;
        return nonzeroOut[position++] ? results[next++] : new Zero(x.aval);
      });
    },
  );

export const shardMapP = definePrimitive<ShardMapParams>((self) => ({
  name: 'shard_map',
  type: (inputs, { jaxpr, mesh, inSpecs, outSpecs }) => {
    jaxpr.inAvals.forEach((aval, i) => {
      const expected = wholeShape(aval.shape, inSpecs[i], mesh).join();
      if (expected !== inputs[i].shape.join()) {
        throw new InternalError({ what: `shard_map was given [${inputs[i].shape.join()}] for [${expected}]` });
      }
    });
    return jaxpr.outAvals.map((aval, k) => wholeAval(aval, outSpecs[k], mesh));
  },
  evaluate: (args, params, interpreter) => evaluateShards(args, params, interpreter),
  derivative: derivative(self),
  batch: (args, dims, params, axis) => {
    const { mesh, axes, inSpecs, outSpecs } = params;
    if (dims.every((dim) => dim === null)) {
      const outputs = bind(self(), args, params);
      return { outputs, dims: outputs.map(() => null) };
    }
    // Spread over axes of this mesh, each device has a part of the batch.
    const over = [axis.spmdName ?? []].flat().filter((name) => axes.includes(name));
    const entry = over.length === 0 ? null : over;
    // A mapped axis of the same name as one of the mesh is another axis, which the function cannot see.
    const name = axis.name !== null && axes.includes(axis.name) ? null : axis.name;
    const inner = { ...axis, name, size: axis.size / mesh.sizeAlong(over) };
    const { jaxpr, dimsOut } = transforms().batch(params.jaxpr, dims, inner);
    const specs = (list: readonly PartitionSpec[], at: readonly (number | null)[]): PartitionSpec[] =>
      list.map((spec, i) => (at[i] === null ? spec : spec.inserted(at[i], entry)));
    const batched = { ...params, jaxpr, inSpecs: specs(inSpecs, dims), outSpecs: specs(outSpecs, dimsOut) };
    return { outputs: bind(self(), args, batched), dims: [...dimsOut] };
  },
  partialEval: (args, params, evaluation) => {
    const { jaxpr, mesh, axes, inSpecs, outSpecs } = params;
    const unknownIn = args.map((x) => evaluation.isUnknown(x));
    const partial = transforms().partialEval(jaxpr, unknownIn);
    const knownInputs = args.filter((_, i) => !unknownIn[i]);
    const knownSpecs = inSpecs.filter((_, i) => !unknownIn[i]);
    const knownOutSpecs = outSpecs.filter((_, i) => !partial.unknownOut[i]);
    const isComputed = partial.residualInputs.map((input) => input === null);
    const count = isComputed.filter(Boolean).length;
    // Every device keeps its own: the axis in front counts them.
    const perDevice = new PartitionSpec(mesh.axisNames.filter((name) => axes.includes(name)));
    const computed = bind(self(), knownInputs, {
      ...params,
      jaxpr: withResidualsOut(partial.known, count),
      inSpecs: knownSpecs,
      outSpecs: [...knownOutSpecs, ...new Array<PartitionSpec>(count).fill(perDevice)],
    });
    const residuals = gatherResiduals(partial, knownInputs, computed.slice(knownOutSpecs.length));
    const deferred = evaluation.defer(self(), [...residuals, ...args.filter((_, i) => unknownIn[i])], {
      ...params,
      jaxpr: withResidualsIn(partial.unknown, isComputed),
      inSpecs: [
        ...partial.residualInputs.map((input) => (input === null ? perDevice : knownSpecs[input])),
        ...keep(inSpecs, unknownIn),
      ],
      outSpecs: keep(outSpecs, partial.unknownOut),
    });
    return interleave(partial.unknownOut, computed.slice(0, knownOutSpecs.length), deferred);
  },
  lower: (e, args, { jaxpr, mesh, axes, inSpecs, outSpecs }, outputs) => {
    const symbol = e.meshSymbol(mesh);
    const outer = e.manual?.axes ?? [];
    const all = mesh.axisNames.filter((name) => axes.includes(name) || outer.includes(name));
    const region = e.manualRegion({ mesh, axes: all }, jaxpr.inAvals, (...blocks) => e.inline(jaxpr, blocks));
    // The compiler may cut further along axes that are not manual.
    const open = all.length < mesh.axisNames.length;
    const texts = (specs: readonly PartitionSpec[], avals: readonly ShapedArray[]): string =>
      sdy.perValue(specs.map((spec, i) => shardingText(symbol, spec, avals[i].ndim, open)));
    const attributes = {
      in_shardings: texts(inSpecs, jaxpr.inAvals),
      out_shardings: texts(outSpecs, outputs),
      manual_axes: sdy.manualAxes(mesh.axisNames.filter((name) => axes.includes(name))),
    };
    return e.many('sdy.manual_computation', args, outputs, attributes, [region]);
  },
  simplify: (equation, used) => {
    const simpler = callSimplify(equation, used);
    if (simpler === null) return null;
    const { inSpecs, outSpecs } = equation.params as unknown as ShardMapParams;
    const { usedIn } = transforms().prune((equation.params as unknown as ShardMapParams).jaxpr, used);
    return {
      ...simpler,
      params: { ...simpler.params, inSpecs: keep(inSpecs, usedIn), outSpecs: keep(outSpecs, used) },
    };
  },
  effects: ({ jaxpr }) => jaxpr.effects,
  mesh: ({ mesh }) => mesh,
}));

/** Binds a program of blocks over a mesh. */
export const shardMapCall = (args: readonly NdArray[], params: ShardMapParams): NdArray[] =>
  bind(shardMapP, args, params);
