/**
 * XLA's compile options as bytes: the `CompileOptionsProto` message of `xla/pjrt/proto/compile_options.proto`.
 *
 * A protocol buffer is a sequence of (field number, wire type, value); the few fields in use do not need a library.
 * Both counts, replicas and partitions, are always written: without them the plugin aborts the process.
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

function varint(value: number): number[] {
  const bytes: number[] = [];
  while (value >= 0x80) {
    bytes.push((value % 0x80) | 0x80);
    value = Math.floor(value / 0x80);
  }
  bytes.push(value);
  return bytes;
}

const integer = (field: number, value: number): number[] => [...varint(field * 8 + VARINT), ...varint(value)];
const flag = (field: number, value: boolean): number[] => integer(field, value ? 1 : 0);
const message = (field: number, body: readonly number[]): number[] => [
  ...varint(field * 8 + BYTES),
  ...varint(body.length),
  ...body,
];
const text = (field: number, value: string): number[] => message(field, [...new TextEncoder().encode(value)]);
const double = (field: number, value: number): number[] => [
  ...varint(field * 8 + FIXED64),
  ...new Uint8Array(new Float64Array([value]).buffer),
];

export interface XlaCompileOptions {
  /** Over how many devices one program is split; its module carries Shardy shardings. @default 1 */
  readonly partitions?: number;
  /** Which device (by id) computes which partition. @default 0, 1, 2, ... */
  readonly deviceIds?: readonly number[];
  /** Inputs and outputs whose sharding the compiler may choose; for split programs. */
  readonly open?: { readonly inputs: readonly boolean[]; readonly outputs: readonly boolean[] };
  /** XLA's debug options by name, e.g. `xla_backend_optimization_level: 0`; integers that fit no double: as text. */
  readonly overrides?: Readonly<Record<string, string | boolean | number>>;
}

function override(name: string, value: string | boolean | number): number[] {
  const option =
    typeof value === 'string'
      ? text(1, value)
      : typeof value === 'boolean'
        ? flag(2, value)
        : Number.isSafeInteger(value) && value >= 0
          ? integer(3, value)
          : double(4, value);
  return message(7, [...text(1, name), ...message(2, option)]);
}

/** The bytes of the options. Equal options give equal bytes, so that they can be part of a cache key. */
export function compileOptions(options: XlaCompileOptions = {}): Uint8Array {
  const partitions = options.partitions ?? 1;
  const deviceIds = options.deviceIds ?? Array.from({ length: partitions }, (_, id) => id);
  const build = [...integer(4, 1), ...integer(5, partitions)];
  if (partitions > 1 || options.deviceIds) {
    build.push(
      ...flag(6, true),
      ...message(9, [
        ...integer(1, 1),
        ...integer(2, partitions),
        ...deviceIds.flatMap((id) => message(3, message(1, varint(id)))),
      ]),
    );
    // Repeated flags, packed; the compiler takes an absent list as "none".
    const { open } = options;
    if (open) build.push(...message(12, open.outputs.map(Number)), ...message(18, open.inputs.map(Number)));
    build.push(...flag(19, true));
  }
  const overrides = Object.entries(options.overrides ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Uint8Array.from([...message(3, build), ...overrides.flatMap(([name, value]) => override(name, value))]);
}
