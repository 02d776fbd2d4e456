import { mark } from './handle.ts'
import type { Handle } from './handle.ts'

/** A method of the request's own object, bound to it once, so that it is equal to itself. */
const bound = new WeakMap<object, WeakMap<object, unknown>>()

/**
 * Methods run with the object itself as `this`: with a proxy there, `#private` members and the
 * insides of Map, Date and their like would throw.
 */
function bind(object: object, method: (...args: unknown[]) => unknown): unknown {
  const methods = bound.get(object) ?? new WeakMap<object, unknown>()
  bound.set(object, methods)
  if (!methods.has(method)) {
    methods.set(method, (...args: unknown[]) => Reflect.apply(method, object, args))
  }
  return methods.get(method)
}

const isMethod = (value: unknown): value is (...args: unknown[]) => unknown =>
  // A class is not called but constructed, and stays what it is.
  typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))

/** An object that stands for the one of the request, whatever is done with it. */
export function createIsolatedProxy<T extends object>(handle: Handle<T>): T {
  const { resolve } = handle
  return new Proxy({} as T, {
    get(_target, property) {
      if (property === mark) return handle
      const object = resolve()
      const value: unknown = Reflect.get(object, property, object)
      return property !== 'constructor' && isMethod(value) ? bind(object, value) : value
    },
    set: (_target, property, value) => {
      const object = resolve()
      return Reflect.set(object, property, value, object)
    },
    has: (_target, property) => property === mark || Reflect.has(resolve(), property),
    deleteProperty: (_target, property) => Reflect.deleteProperty(resolve(), property),
    ownKeys: () => Reflect.ownKeys(resolve()),
    getOwnPropertyDescriptor(_target, property) {
      const descriptor = Reflect.getOwnPropertyDescriptor(resolve(), property)
      // A proxy may not call a property fixed that its target, which is empty, does not have.
      return descriptor && { ...descriptor, configurable: true }
    },
    defineProperty: (_target, property, descriptor) =>
      Reflect.defineProperty(resolve(), property, { ...descriptor, configurable: true }),
    getPrototypeOf: () => Reflect.getPrototypeOf(resolve()),
    setPrototypeOf: (_target, prototype) => Reflect.setPrototypeOf(resolve(), prototype),
    isExtensible: () => true,
    // False makes Object.freeze and its like throw: one request must not fix what others find.
    preventExtensions: () => false,
  })
}
