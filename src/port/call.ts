/**
 * Calls by the porting rule: what is required stays positional, in order, everything else goes into one object, last.
 */
import { builtin } from './builtin.js';
import type { Draft, Kind } from './draft.js';
import { atom, compound, type Expression, expression, operand } from './expression.js';
import { camelCase, type Place } from './library.js';
import { type Signature, signatureOf } from './signature.js';
import { childrenOf, type Node, separated } from './syntax.js';

/** Arguments as they are written. */
export interface Arguments {
  /** `...xs` included. */
  readonly positional: readonly Expression[];
  readonly keywords: readonly (readonly [name: string, value: Expression])[];
  /** `**options`. */
  readonly spreads: readonly string[];
}

/** Reads an argument list. A generator without brackets is its only argument. */
export function argumentsOf(draft: Draft, list: Node): Arguments {
  const positional: Expression[] = [];
  const keywords: [string, Expression][] = [];
  const spreads: string[] = [];
  if (list.children.some(({ type }) => type === 'for')) {
    return { positional: [expression(draft, { ...list, type: 'ComprehensionExpression' })], keywords, spreads };
  }
  for (const group of separated(list.children)) {
    const value = (): Expression => expression(draft, group[group.length - 1]);
    if (group[0].type === '*') positional.push(atom(`...${operand(value())}`));
    else if (group[0].type === '**') spreads.push(spreadOf(draft, group[group.length - 1]));
    else if (group[1]?.type === 'AssignOp') keywords.push([group[0].text, value()]);
    else positional.push(value());
  }
  return { positional, keywords, spreads };
}

/** `**dataclasses.asdict(config)` is a spread of the plain object that a configuration is. */
function spreadOf(draft: Draft, node: Node): string {
  const asdict = node.type === 'CallExpression' && /(^|\.)asdict$/.test(node.children[0].text);
  return operand(expression(draft, asdict ? separated(node.children[1].children)[0][0] : node));
}

const entry = (name: string, { code }: Expression): string =>
  camelCase(name) === code ? code : `${camelCase(name)}: ${code}`;

const objectOf = (entries: readonly string[]): string[] => (entries.length === 0 ? [] : [`{ ${entries.join(', ')} }`]);

/** Arguments in the order and form that they have here. */
export function arrange(draft: Draft, line: number, args: Arguments, signature: Signature | undefined): string {
  const { positional, keywords, spreads } = args;
  if (!signature) {
    const options = [...keywords.map(([name, value]) => entry(name, value)), ...spreads.map((s) => `...${s}`)];
    return [...positional.map(({ code }) => code), ...objectOf(options)].join(', ');
  }
  const { required, optional, variadic } = signature;
  const named = new Map(keywords);
  const fixed = positional.slice(0, variadic ? positional.length : required.length).map(({ code }) => code);
  const options: string[] = [];
  if (!variadic) {
    positional.slice(required.length).forEach((value, i) => {
      if (optional[i] === undefined) {
        draft.remark(line, `there is no place for the argument ${value.code}`);
        fixed.push(value.code);
      } else options.push(entry(optional[i], value));
    });
  }
  for (const name of required.slice(fixed.length)) {
    const value = named.get(name);
    // What stands between is left out only where nothing follows.
    const follows = required.slice(required.indexOf(name) + 1).some((other) => named.has(other));
    if (value) fixed.push(value.code);
    else if (follows) fixed.push('undefined');
    named.delete(name);
  }
  options.push(...[...named].map(([name, value]) => entry(name, value)), ...spreads.map((s) => `...${s}`));
  return [...fixed, ...objectOf(options)].join(', ');
}

/** The arguments of every predictor of GraphCast. */
const PREDICTOR: Signature = { required: ['inputs', 'targets_template', 'forcings'], variadic: false, optional: [] };

/** Functions of libraries that take or give something else than arrays. */
const NOT_ARRAYS = /^(jax|jax\.tree|jax\.tree_util|jax\.dtypes|jax\.nn\.initializers)$/;

const kindOfCall = (python: string, place: Place): Kind => {
  if (/^optax\.[a-z]/.test(python)) return 'unknown';
  if (
    /^(xarray\.(Dataset|concat|merge|load_dataset)|.*\.(chunked_prediction|extract_inputs_targets_forcings))$/.test(
      python,
    )
  ) {
    return 'dataset';
  }
  if (/^jax\.random\.(split|key|PRNGKey|fold_in)$/.test(python) || NOT_ARRAYS.test(place.module)) return 'unknown';
  return /^jax\.(numpy|lax|random|nn|scipy)/.test(place.module) &&
    !/scan|cond|while|fori|map|shape|ndim|size/.test(place.python)
    ? 'array'
    : 'unknown';
};

/** `partial(f, a)` is a function of what is missing. For `jit` and its kin it is the options. */
function partial(draft: Draft, node: Node): Expression {
  const { positional, keywords } = argumentsOf(draft, childrenOf(node, 'ArgList')[0]);
  const [f, ...given] = positional;
  const head = given.map(({ code }) => code);
  if (keywords.length === 0) return compound(`(...rest) => ${operand(f)}(${[...head, '...rest'].join(', ')})`);
  const options = `{ ${keywords.map(([name, value]) => entry(name, value)).join(', ')} }`;
  draft.remark(node.line, `the arguments fixed by name, ${options}, are in the order that ${f.code} has them?`);
  return compound(`(...rest) => ${operand(f)}(${[...head, '...rest', options].join(', ')})`);
}

/** Methods of arrays, whose keywords are those of the function of `jax.numpy`. */
function method(draft: Draft, node: Node, callee: Node): Expression {
  const object = expression(draft, callee.children[0]);
  const name = callee.children[callee.children.length - 1].text;
  const args = argumentsOf(draft, childrenOf(node, 'ArgList')[0]);
  const target = `${operand(object)}.${camelCase(name)}`;
  if (name === 'item' || name === 'tolist') {
    return atom(name === 'item' ? `${operand(object)}.item()` : `${operand(object)}.jsSync()`, 'number');
  }
  if (object.kind === 'dataset' && name === 'compute') return object;
  if (object.kind === 'string' && name === 'join')
    return atom(`${operand(args.positional[0])}.join(${object.code})`, 'string');
  if (object.kind === 'unknown' && name === 'append')
    return atom(`${operand(object)}.push(${args.positional[0].code})`);
  if (object.kind === 'unknown' && args.positional.length === 0 && /^(items|keys|values)$/.test(name)) {
    return atom(`Object.${name === 'items' ? 'entries' : name}(${object.code})`);
  }
  const place = callee.children[0].text.match(/\.at\s*\[[^\]]*\]$/);
  const isArray = object.kind === 'array' && !place;
  const known = isArray ? signatureOf('jax.numpy', name) : undefined;
  const signature = known && !known.variadic ? { ...known, required: known.required.slice(1) } : undefined;
  const inOrder = /^(reshape|transpose|astype)$/.test(name) ? undefined : signature;
  const code = `${target}(${arrange(draft, node.line, args, inOrder)})`;
  // Methods of arrays give arrays, those of datasets datasets; what a program's own object gives, nobody knows.
  return atom(code, object.kind === 'array' || object.kind === 'dataset' ? object.kind : 'unknown');
}

/** Translates a call. */
export function callExpression(draft: Draft, node: Node): Expression {
  const callee = node.children[0];
  const list = childrenOf(node, 'ArgList')[0];
  const dotted = /^[\w.]+$/.test(callee.text) ? callee.text : null;
  if (dotted !== null && draft.bound.get(dotted.split('.')[0])?.startsWith('functools') && /partial$/.test(dotted)) {
    return partial(draft, node);
  }
  const python = dotted === null ? null : draft.libraryName(dotted);
  if (python !== null) return libraryCall(draft, node, python, argumentsOf(draft, list));
  if (callee.type === 'VariableName') {
    const special = builtin(draft, node, callee.text, () => argumentsOf(draft, list));
    if (special) return special;
    const own = draft.functions.get(callee.text);
    const args = argumentsOf(draft, list);
    const signature = own && {
      required: own,
      variadic: args.positional.some(({ code }) => code.startsWith('...')),
      optional: [],
    };
    const make = draft.classes.has(callee.text) ? 'new ' : '';
    const name = camelCase(callee.text);
    if (draft.kindOf(callee.text) === 'module') {
      const order = args.keywords.some(([key]) => /targets|forcings/.test(key)) ? PREDICTOR : undefined;
      return atom(`${name}.call(${arrange(draft, node.line, args, order)})`);
    }
    const kind = draft.returns.get(callee.text) ?? (make ? 'module' : 'unknown');
    if (signature || make || args.keywords.length === 0) {
      return atom(`${make}${name}(${arrange(draft, node.line, args, signature)})`, kind);
    }
    // A variable that holds a function: what JavaScript calls has positions only.
    const keys = args.keywords.map(([key]) => camelCase(key)).join(', ');
    draft.remark(node.line, `${name} was given by name, and is by position now: is ${keys} its order?`);
    const inOrder = {
      ...args,
      positional: [...args.positional, ...args.keywords.map(([, value]) => value)],
      keywords: [],
    };
    return atom(`${name}(${arrange(draft, node.line, inOrder, undefined)})`);
  }
  if (callee.type === 'MemberExpression' && !callee.children.some(({ type }) => type === '['))
    return method(draft, node, callee);
  // The function is itself the outcome of a call: `grad(f)(x)`, `hk.Linear(3)(x)`.
  const f = expression(draft, callee);
  const args = arrange(draft, node.line, argumentsOf(draft, list), undefined);
  const made = f.kind === 'module';
  return atom(`${operand(f)}${made ? '.call' : ''}(${args})`, made ? 'array' : 'unknown');
}

function libraryCall(draft: Draft, node: Node, python: string, args: Arguments): Expression {
  const record = /(ModelConfig|TaskConfig)$/.test(python) || /^jax\.numpy\.(float|int|uint)\d+$/.test(python);
  if (record && args.positional.length === 0) {
    draft.calls.push({ line: node.line, python, typescript: 'a plain object', status: 'mapped' });
    return atom(`{ ${args.keywords.map(([name, value]) => entry(name, value)).join(', ')} }`);
  }
  const { place } = draft.call(node.line, python);
  if (place === null) {
    draft.remark(node.line, `${python} has no counterpart`);
    const name = node.children[0].text.split('.').map(camelCase).join('.');
    return atom(`${name}(${arrange(draft, node.line, args, undefined)})`);
  }
  const signature = signatureOf(place.module, place.python);
  const name = place.path[place.path.length - 1];
  const make = /^(haiku|graphcast|jraph|xarray)/.test(place.module) && /^[A-Z]/.test(name) ? 'new ' : '';
  const code = `${make}${draft.reference(place)}(${arrange(draft, node.line, args, signature)})`;
  if (/load_dataset$/.test(python)) draft.remark(node.line, 'loadDataset takes a path and answers with a TaskEither');
  return atom(code, make && kindOfCall(python, place) === 'unknown' ? 'module' : kindOfCall(python, place));
}
