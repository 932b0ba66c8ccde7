/**
 * A jaxpr as text, in JAX's own form:
 *
 *     { lambda ; a:f32[3]. let b:f32[3] = mul a 2.0:f32[] in (b,) }
 *
 * As in JAX: what fits on a line of 80 columns stands on one; variables are named in the order of their appearance, the
 * ones of inner programs too; a call's program uses the names of what it is called with; `_` is a result nobody uses.
 */
import { type Atom, type Equation, Jaxpr, Literal, type Var } from './jaxpr.js';

const WIDTH = 80;

/** a, b, ..., z, ba, bb, ...: JAX's names for variables. */
function variableName(n: number): string {
  let name = '';
  do {
    name = String.fromCharCode(97 + (n % 26)) + name;
    n = Math.floor(n / 26);
  } while (n > 0);
  return name;
}

/** The names that have been given, which the inner programs share. */
class Names {
  #count = 0;
  readonly #names = new Map<Var, string>();

  of(v: Var): string {
    const known = this.#names.get(v);
    if (known !== undefined) return known;
    const name = variableName(this.#count++);
    this.#names.set(v, name);
    return name;
  }

  /** Gives a variable a name that is in use already, or takes it back. */
  set(v: Var, name: string | undefined): string | undefined {
    const before = this.#names.get(v);
    if (name === undefined) this.#names.delete(v);
    else this.#names.set(v, name);
    return before;
  }
}

const scalarText = (literal: Literal): string => {
  const { value, aval } = literal;
  const text =
    typeof value === 'object'
      ? `(${value[0]}${value[1] < 0 ? '-' : '+'}${Math.abs(value[1])}j)`
      : typeof value === 'boolean'
        ? value
          ? 'True'
          : 'False'
        : aval.dtype.includes('float') && Number.isInteger(value)
          ? `${value}.0`
          : Number.isNaN(value)
            ? 'nan'
            : `${value}`.replace('Infinity', 'inf');
  return `${text}:${aval}`;
};

const camelToSnake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

const isProgram = (value: unknown): boolean =>
  value instanceof Jaxpr || (Array.isArray(value) && value.length > 0 && value.every((v) => v instanceof Jaxpr));

/** Python's way of writing plain values, so that texts can be compared with JAX's. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'function') return value.name || 'function';
  if (Array.isArray(value)) {
    const items = value.map((item) => (typeof item === 'string' ? `'${item}'` : valueText(item)));
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([k, v]) => `${camelToSnake(k)}: ${valueText(v)}`)
      .join(', ')}}`;
  }
  return String(value);
}

/** The text of a program, or of a list of programs, that begins at `column` of a line indented by `indent`. */
function programText(value: unknown, names: Names, indent: string, column: number): string {
  if (value instanceof Jaxpr) return text(value, names, 0, indent, column);
  const inner = `${indent}  `;
  const items = (value as readonly Jaxpr[]).map((j) => `${inner}${text(j, names, 0, inner, inner.length)}`);
  return `(\n${items.join('\n')}\n${indent})`;
}

/** Runs `body` while the program of a call names its inputs and outputs as the call does. */
function withCallNames<T>(equation: Equation, names: Names, used: (v: Var) => boolean, body: () => T): T {
  const { jaxpr } = equation.params;
  if (equation.primitive.name !== 'jit' || !(jaxpr instanceof Jaxpr)) return body();
  const before = new Map<Var, string | undefined>();
  const rename = (v: Atom, name: string): void => {
    if (!(v instanceof Literal) && !before.has(v)) before.set(v, names.set(v, name));
  };
  jaxpr.invars.forEach((v, i) => {
    const outer = equation.inputs[i];
    if (!(outer instanceof Literal)) rename(v, names.of(outer));
  });
  jaxpr.outvars.forEach((v, i) => {
    const outer = equation.outputs[i];
    rename(v, used(outer) ? names.of(outer) : '_');
  });
  const result = body();
  for (const [v, known] of before) names.set(v, known);
  return result;
}

function equationText(equation: Equation, names: Names, indent: string, used: (v: Var) => boolean): string {
  const left = equation.outputs.map((v) => `${used(v) ? names.of(v) : '_'}:${v.aval}`).join(' ');
  const inputs = equation.inputs.map((x) => ` ${x instanceof Literal ? scalarText(x) : names.of(x)}`).join('');
  const head = `${left}${left ? ' = ' : ''}${equation.primitive.name}`;
  const params = Object.entries(equation.params)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key: camelToSnake(key), value }))
    .sort((a, b) => Number(b.key === 'name') - Number(a.key === 'name') || (a.key < b.key ? -1 : 1));
  if (params.length === 0) return head + inputs;
  const inner = `${indent}  `;
  if (!params.some(({ value }) => isProgram(value))) {
    const pairs = params.map(({ key, value }) => `${key}=${valueText(value)}`);
    const line = `${head}[${pairs.join(' ')}]${inputs}`;
    return indent.length + line.length <= WIDTH
      ? line
      : `${head}[\n${pairs.map((p) => inner + p).join('\n')}\n${indent}]${inputs}`;
  }
  const lines = withCallNames(equation, names, used, () =>
    params.map(({ key, value }) => {
      const start = `${inner}${key}=`;
      return start + (isProgram(value) ? programText(value, names, inner, start.length) : valueText(value));
    }),
  );
  return `${head}[\n${lines.join('\n')}\n${indent}]${inputs}`;
}

function text(jaxpr: Jaxpr, names: Names, constCount: number, indent: string, column: number): string {
  const needed = new Set<unknown>([...jaxpr.outvars, ...jaxpr.equations.flatMap((e) => e.inputs)]);
  const binder = (v: Var): string => `${names.of(v)}:${v.aval}`;
  const consts = jaxpr.invars.slice(0, constCount).map(binder).join(' ');
  const inputs = jaxpr.invars.slice(constCount).map(binder).join(' ');
  const inner = `${indent}    `;
  const equations = jaxpr.equations.map((e) => equationText(e, names, inner, (v) => needed.has(v)));
  const outs = jaxpr.outvars.map((x) => (x instanceof Literal ? scalarText(x) : names.of(x)));
  const result = outs.length === 1 ? `(${outs[0]},)` : `(${outs.join(', ')})`;
  const head = `{ lambda ${consts};${inputs ? ` ${inputs}` : ''}. let`;
  const line = `${head} ${equations.join('; ')} in ${result} }`;
  if (!line.includes('\n') && column + line.length <= WIDTH) return line;
  return `${head}\n${equations.map((e) => `${inner}${e}\n`).join('')}${indent}  in ${result} }`;
}

/**
 * @param constCount how many of the first inputs are captured values, printed before the semicolon
 */
export const jaxprText = (jaxpr: Jaxpr, constCount = 0): string => text(jaxpr, new Names(), constCount, '', 0);
