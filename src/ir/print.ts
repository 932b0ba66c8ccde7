/**
 * A jaxpr as text, in JAX's own form:
 *
 *     { lambda ; a:f32[3]. let b:f32[3] = mul a 2.0:f32[] in (b,) }
 */
import { type Atom, type Equation, Jaxpr, Literal, type Var } from './jaxpr.js';

/** a, b, ..., z, ba, bb, ...: JAX's names for variables. */
function variableName(n: number): string {
  let name = '';
  do {
    name = String.fromCharCode(97 + (n % 26)) + name;
    n = Math.floor(n / 26);
  } while (n > 0);
  return name;
}

class Names {
  readonly #names = new Map<Var, string>();
  of(v: Var): string {
    let name = this.#names.get(v);
    if (name === undefined) {
      name = variableName(this.#names.size);
      this.#names.set(v, name);
    }
    return name;
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

/** Python's way of writing plain values, so that texts can be compared with JAX's. */
function valueText(value: unknown, indent: string): string {
  if (value instanceof Jaxpr) return jaxprText(value, 0, `${indent}    `);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'function') return value.name || 'function';
  if (Array.isArray(value)) {
    const items = value.map((v) => valueText(v, indent));
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([k, v]) => `${camelToSnake(k)}: ${valueText(v, indent)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function equationText(equation: Equation, names: Names, indent: string): string {
  const left = equation.outputs.map((v) => `${names.of(v)}:${v.aval}`).join(' ');
  const params = Object.entries(equation.params)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key: camelToSnake(key), value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, value }) => `${key}=${valueText(value, indent)}`);
  const hasJaxpr = Object.values(equation.params).some((v) => v instanceof Jaxpr);
  const inside = hasJaxpr ? `\n${indent}    ${params.join(`\n${indent}    `)}\n${indent}` : params.join(' ');
  const inputs = equation.inputs.map((x) => (x instanceof Literal ? scalarText(x) : names.of(x))).join(' ');
  return `${left} = ${equation.primitive.name}${params.length ? `[${inside}]` : ''}${inputs ? ` ${inputs}` : ''}`;
}

/**
 * @param constCount how many of the first inputs are captured values, printed before the semicolon
 */
export function jaxprText(jaxpr: Jaxpr, constCount = 0, indent = ''): string {
  const names = new Names();
  const binder = (v: Var): string => `${names.of(v)}:${v.aval}`;
  const consts = jaxpr.invars.slice(0, constCount).map(binder).join(' ');
  const inputs = jaxpr.invars.slice(constCount).map(binder).join(' ');
  const equations = jaxpr.equations.map((e) => `${indent}    ${equationText(e, names, `${indent}    `)}`);
  const atom = (x: Atom): string => (x instanceof Literal ? scalarText(x) : names.of(x));
  const outs = jaxpr.outvars.map(atom);
  const result = outs.length === 1 ? `(${outs[0]},)` : `(${outs.join(', ')})`;
  const head = `{ lambda ${consts ? `${consts} ` : ''};${inputs ? ` ${inputs}` : ''}. let`;
  if (equations.length === 0) return `${head} in ${result} }`;
  return `${head}\n${equations.join('\n')}\n${indent}  in ${result} }`;
}
