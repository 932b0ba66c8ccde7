/**
 * Modules: objects that find their parameters by name, while a transformed function runs.
 *
 *     class Classifier extends hk.Module {
 *       readonly #hidden = new hk.Linear(128, { name: 'hidden' });   // classifier/~/hidden
 *       call(x: NdArray): NdArray {
 *         return new hk.Linear(10).call(this.#hidden.call(x));       // classifier/linear
 *       }
 *     }
 *
 * Python's `module(x)` is `module.call(x)`. Each method runs under the name of its module: the first object of a class
 * that is made has its methods wrapped, once for the class. Methods that begin with `#` cannot be wrapped, and run in the
 * scope of their caller unless they use `inMethod`.
 */
import { checkArgument } from '../array/kind.js';
import { beginConstruction } from './construction.js';
import { currentFrame, Level } from './frame.js';
import { checkName, methodName, snakeCase, uniqueName } from './name.js';

/** Options of every module. */
export interface ModuleOptions {
  /** The last part of its name. Default: the name of the class, in snake case. */
  readonly name?: string | null;
}

const wrapped = new WeakSet<object>();

/** Makes the methods of a class, and of its parents below `Module`, run under the name of the module. */
function wrapMethods(prototype: object): void {
  for (let p = prototype; p !== Module.prototype; p = Object.getPrototypeOf(p) as object) {
    if (wrapped.has(p)) continue;
    wrapped.add(p);
    for (const key of Object.getOwnPropertyNames(p)) {
      if (key === 'constructor') continue;
      const descriptor = Object.getOwnPropertyDescriptor(p, key) as PropertyDescriptor;
      const scoped = (f: (...args: unknown[]) => unknown): ((...args: unknown[]) => unknown) => {
        const name = methodName(key);
        const method = function (this: Module, ...args: unknown[]): unknown {
          return currentFrame(`Module.${key}`).within(this, name, () => f.apply(this, args));
        };
        Object.defineProperty(method, 'name', { value: key });
        return method;
      };
      const { value, get, set } = descriptor;
      if (typeof value === 'function') Object.defineProperty(p, key, { ...descriptor, value: scoped(value) });
      else if (get) Object.defineProperty(p, key, { ...descriptor, get: scoped(get) as () => unknown, set });
    }
  }
}

/** The classes of an object, its own first. */
function classNames(constructor: object): string[] {
  const names: string[] = [];
  for (let c = constructor; c !== Function.prototype; c = Object.getPrototypeOf(c) as object) {
    names.push((c as { name: string }).name);
  }
  return names;
}

/** The base of all modules (`hk.Module`). */
export abstract class Module {
  /** The full name: a path, under which its parameters are found. */
  readonly moduleName: string;
  /** The last part of it. */
  readonly name: string;

  /**
   * @throws OutsideTransform when no transformed function is running
   * @throws InvalidArgument when the name is not an identifier
   * @throws NameError when a name that ends in a number is taken
   */
  constructor(options: ModuleOptions = {}) {
    const frame = currentFrame(new.target.name || 'Module');
    wrapMethods(new.target.prototype);
    const names = classNames(new.target);
    const name = options.name ?? snakeCase(names[0]);
    checkName(name);
    const construction = beginConstruction(names);
    // A constructor that stood as deep as this one has returned, although it looks the same: one module after another.
    while ((frame.levels[frame.levels.length - 1].construction?.depth ?? -1) >= construction.depth) frame.levels.pop();
    this.moduleName = uniqueName(frame, name);
    this.name = this.moduleName.slice(this.moduleName.lastIndexOf('/') + 1);
    frame.levels.push(new Level(this, '~', construction));
  }

  /** Runs `body` as if it were the method `name` of this module: submodules are called `.../~name/...`. */
  protected inMethod<T>(name: string, body: () => T): T {
    return currentFrame('Module.inMethod').within(this, methodName(name), body);
  }
}

/** The name under which parameters would be made now (`hk.current_name`). */
export const currentName = (): string => currentFrame('currentName').moduleName;

/**
 * Runs `body` so that modules and parameters made in it are named under `name` (`hk.name_scope`).
 * @throws InvalidArgument when a part of the name is not an identifier
 */
export function nameScope<T>(name: string, body: () => T): T {
  checkArgument('nameScope', 'name', name, 'string');
  checkArgument('nameScope', 'body', body, 'function');
  const frame = currentFrame('nameScope');
  const [first, ...rest] = name.split('/');
  checkName(first);
  const scope = { moduleName: uniqueName(frame, first) };
  return frame.within(scope, 'call', () => (rest.length === 0 ? body() : nameScope(rest.join('/'), body)));
}

/** A function as a class of modules, named after it (`hk.to_module`). */
export function toModule<A extends readonly unknown[], R>(
  f: (...args: A) => R,
): new (
  options?: ModuleOptions,
) => Module & { call(...args: A): R } {
  checkArgument('toModule', 'f', f, 'function');
  return class ToModuleWrapper extends Module {
    constructor(options: ModuleOptions = {}) {
      super({ name: options.name ?? snakeCase(f.name) });
    }
    call(...args: A): R {
      return f(...args);
    }
  };
}
