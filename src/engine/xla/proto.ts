/**
 * Reading protocol buffers: sequences of (field number, wire type, value), of which only the wanted fields are looked at.
 *
 * Source: https://protobuf.dev/programming-guides/encoding
 */

/** One protocol buffer message: the values of each field, in order. Numbers below 2^53, or bytes. */
export type Message = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

class Reader {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  get more(): boolean {
    return this.at < this.bytes.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** The fields of a message. */
export function parse(bytes: Uint8Array): Message {
  const reader = new Reader(bytes);
  const fields = new Map<number, (number | Uint8Array)[]>();
  while (reader.more) {
    const tag = reader.varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    const value = wire === 0 ? reader.varint() : reader.take(wire === 2 ? reader.varint() : wire === 1 ? 8 : 4);
    const values = fields.get(field);
    if (values) values.push(value);
    else fields.set(field, [value]);
  }
  return fields;
}

/** The messages in a field. */
export const messages = (message: Message, field: number): Message[] =>
  (message.get(field) ?? []).flatMap((value) => (typeof value === 'number' ? [] : [parse(value)]));

/** A field of text; empty where it is absent. */
export const text = (message: Message, field: number): string => {
  const value = message.get(field)?.[0];
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
};

/** A repeated integer field, packed or not. */
export const integers = (message: Message, field: number): number[] =>
  (message.get(field) ?? []).flatMap((value) => {
    if (typeof value === 'number') return [value];
    const reader = new Reader(value);
    const all: number[] = [];
    while (reader.more) all.push(reader.varint());
    return all;
  });

/** An integer; 0 where it is absent. */
export const integer = (message: Message, field: number): number => integers(message, field)[0] ?? 0;
