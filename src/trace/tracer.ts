/**
 * What all tracers share: they have a type but no elements, and say so when asked for them.
 */
import type { TypedArray } from '../array/dtype.js';
import { ConcretizationError, LeakedTracer } from '../error/error.js';
import { locationText, maybeLocation, userLocation } from '../error/location.js';
import { Tracer } from './context.js';

/** A tracer whose elements cannot be read. */
export abstract class AbstractTracer extends Tracer {
  override async data(): Promise<TypedArray> {
    return this.#refuse('data()');
  }

  override dataSync(): TypedArray {
    return this.#refuse('dataSync()');
  }

  override item(): number {
    return this.#refuse('Reading a number (item(), a comparison or arithmetic with JavaScript operators)');
  }

  override async blockUntilReady(): Promise<this> {
    return this;
  }

  override dispose(): void {}

  override toString(): string {
    return `Traced<${this.aval}> in ${this.trace.description}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #refuse(wanted: string): never {
    const location = this.location ? locationText(this.location) : undefined;
    const value = `traced value of type ${this.aval}`;
    if (!this.trace.live) {
      throw new LeakedTracer({ tracer: `A ${value}`, transform: this.trace.description, location });
    }
    throw new ConcretizationError({
      wanted,
      read: maybeLocation(userLocation()) ?? undefined,
      tracer: `a ${value} in ${this.trace.description}`,
      location,
    });
  }
}
