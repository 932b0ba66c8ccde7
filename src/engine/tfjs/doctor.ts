/**
 * What there is to know about TensorFlow.js on this machine, as data: which backend runs, why none better, and what of a
 * program goes past it to the host.
 */
import type { AnyPrimitive } from '../../ir/jaxpr.js';
import { openBackend } from './backends.js';
import { type Attempt, BACKENDS, type BackendName, firstOf } from './choice.js';
import { limitsOf } from './limits.js';

export interface TfjsReport {
  /** The backend in use; null when none opens. */
  readonly backend: string | null;
  /** What it is made of: the package, its version. */
  readonly description: string | null;
  /** The backends that were tried, best first, each with what kept it from being used. */
  readonly attempts: readonly Attempt[];
}

/** What a backend computes, and what the host does in its place. */
export interface TfjsCoverage {
  readonly backend: string;
  /** Primitives that become kernels or steps of a plan, on the dtypes that tensors hold. */
  readonly kernels: readonly string[];
  /** Primitives that are always evaluated on the host. */
  readonly host: readonly string[];
  /** Kernels of the library that are not used here, and why: what needs one goes to the host. */
  readonly limits: Readonly<Record<string, string>>;
}

/** Tries the backends, all or the one that is named, and says what came of it. */
export function tfjsReport(wanted?: string): TfjsReport {
  const names = BACKENDS.filter((name) => wanted === undefined || name === wanted);
  const { engine, attempts } = firstOf(names as readonly BackendName[], openBackend);
  return { backend: engine?.machine.backend ?? null, description: engine?.opened.description ?? null, attempts };
}

/** Sorts primitives by where they are computed. */
export function tfjsCoverage(backend: string, primitives: Iterable<AnyPrimitive>): TfjsCoverage {
  const all = [...primitives].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = (withKernel: boolean): string[] =>
    all.filter((p) => (p.kernel !== undefined) === withKernel).map((p) => p.name);
  return { backend, kernels: names(true), host: names(false), limits: limitsOf(backend) };
}
