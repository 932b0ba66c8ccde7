/**
 * XLA's optimized program as text.
 *
 * The plugin gives the program as a protocol buffer (`xla/service/hlo.proto`); this file reads the fields that a person
 * wants to see and prints them in HLO's own notation, one instruction in a line, the entry computation last.
 */

import { integer, integers, type Message, messages, parse, text } from './proto.js';

const PRIMITIVE_TYPES: readonly string[] =
  'invalid pred s8 s16 s32 s64 u8 u16 u32 u64 f16 f32 f64 tuple opaque c64 bf16 token c128'.split(' ');

// Field numbers of hlo.proto and xla_data.proto.
const MODULE = { name: 1, computations: 3, entryId: 6 };
const COMPUTATION = { name: 1, instructions: 2, id: 5, rootId: 6 };
const INSTRUCTION = {
  name: 1,
  opcode: 2,
  shape: 3,
  metadata: 7,
  parameterNumber: 9,
  fusionKind: 11,
  dimensions: 14,
  target: 28,
  id: 35,
  operands: 36,
  called: 38,
};
const SHAPE = { type: 2, dimensions: 3, tuple: 4, layout: 5 };
const METADATA = { opName: 2 };

function shapeText(shape: Message): string {
  const parts = messages(shape, SHAPE.tuple);
  const type = PRIMITIVE_TYPES[integer(shape, SHAPE.type)] ?? `type${integer(shape, SHAPE.type)}`;
  if (type === 'tuple') return `(${parts.map(shapeText).join(', ')})`;
  const [layout] = messages(shape, SHAPE.layout);
  const order = layout ? integers(layout, 1) : [];
  return `${type}[${integers(shape, SHAPE.dimensions).join(',')}]${order.length > 0 ? `{${order.join(',')}}` : ''}`;
}

function instructionText(
  instruction: Message,
  names: ReadonlyMap<number, string>,
  computations: ReadonlyMap<number, string>,
): string {
  const opcode = text(instruction, INSTRUCTION.opcode);
  const shape = messages(instruction, INSTRUCTION.shape).map(shapeText).join('');
  const operands =
    opcode === 'parameter'
      ? [`${integer(instruction, INSTRUCTION.parameterNumber)}`]
      : integers(instruction, INSTRUCTION.operands).map((id) => `%${names.get(id) ?? id}`);
  const attributes: string[] = [];
  const dimensions = integers(instruction, INSTRUCTION.dimensions);
  if (dimensions.length > 0) attributes.push(`dimensions={${dimensions.join(',')}}`);
  const kind = text(instruction, INSTRUCTION.fusionKind);
  if (kind) attributes.push(`kind=${kind}`);
  const called = integers(instruction, INSTRUCTION.called).map((id) => `%${computations.get(id) ?? id}`);
  if (called.length > 0) attributes.push(`calls={${called.join(', ')}}`);
  const target = text(instruction, INSTRUCTION.target);
  if (target) attributes.push(`custom_call_target="${target}"`);
  const opName = messages(instruction, INSTRUCTION.metadata).map((metadata) => text(metadata, METADATA.opName))[0];
  if (opName) attributes.push(`metadata={op_name="${opName}"}`);
  const name = text(instruction, INSTRUCTION.name);
  return [`%${name} = ${shape} ${opcode}(${operands.join(', ')})`, ...attributes].join(', ');
}

/** The text of a program in the plugin's format `hlo_with_config` (or plain `hlo`). */
export function hloText(bytes: Uint8Array, format: string): string {
  const outer = parse(bytes);
  const module = format === 'hlo_with_config' ? (messages(outer, 1)[0] ?? outer) : outer;
  const all = messages(module, MODULE.computations);
  const computations = new Map(all.map((c) => [integer(c, COMPUTATION.id), text(c, COMPUTATION.name)]));
  const entry = integer(module, MODULE.entryId);
  const blocks = all.map((computation) => {
    const instructions = messages(computation, COMPUTATION.instructions);
    const names = new Map(instructions.map((i) => [integer(i, INSTRUCTION.id), text(i, INSTRUCTION.name)]));
    const root = integer(computation, COMPUTATION.rootId);
    const lines = instructions.map((instruction) => {
      const mark = integer(instruction, INSTRUCTION.id) === root ? 'ROOT ' : '';
      return `  ${mark}${instructionText(instruction, names, computations)}`;
    });
    const isEntry = integer(computation, COMPUTATION.id) === entry;
    return {
      isEntry,
      block: `${isEntry ? 'ENTRY ' : ''}%${text(computation, COMPUTATION.name)} {\n${lines.join('\n')}\n}`,
    };
  });
  blocks.sort((a, b) => Number(a.isEntry) - Number(b.isEntry));
  return [`HloModule ${text(module, MODULE.name)}`, ...blocks.map(({ block }) => block)].join('\n\n') + '\n';
}
