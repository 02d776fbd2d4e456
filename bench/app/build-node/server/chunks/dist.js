import { r as writable$1, t as derived$1 } from "./index-server.js";
import { c as KitrtError, n as createScope, r as scopes, s as shared } from "./transporters.js";
import { SourceMap } from "node:module";
import process from "node:process";
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
// ../../packages/stores/dist/call-site.js
/** Dependencies, Svelte's `get` among them, are seldom the place to look at. */
var dependency = /[/\\](?:node_modules|deps_ssr)[/\\]/;
/** The end of a line that is a place: Bun has some that are `unknown`. */
var place = /:\d+:\d+\)?$/;
/** The folder of this package, two steps up. A bundle has moved its files; `below` tells them apart there. */
var own = void 0;
/** Whether a path, or a line of a stack, is neither of a dependency nor of this package. */
function isOfTheApp(line) {
	if (dependency.test(line)) return false;
	if (own === void 0) return true;
	const path = line.replaceAll("\\", "/");
	return !path.includes(`${own}src/`) && !path.includes(`${own}dist/`);
}
/**
* The lines of the stack, the nearest first.
*
* @param below the function of ours that the app called: in a bundle, files tell nobody's lines apart
*/
function stackBelow(below) {
	return linesOf(capture(below));
}
function capture(below) {
	const trace = {};
	const { stackTraceLimit } = Error;
	Error.captureStackTrace(trace, below);
	return trace;
}
var linesOf = ({ stack }) => (stack?.split("\n").slice(1) ?? []).map((line) => line.trim().replace(/^at /, ""));
/** The first place of the app among lines of a stack, or `an unknown place` where the build left none. */
function appPlace(lines) {
	const frame = lines.find((line) => place.test(line) && isOfTheApp(line));
	if (frame === void 0) return "an unknown place";
	return frame;
}
/** The line of the app that runs now; see {@link stackBelow}. */
function callSite(below = callSite) {
	return appPlace(stackBelow(below));
}
/**
* {@link callSite}, which writes the stack down when it is asked: that takes 6 µs on Node 24, and 50
* to 90 on Deno 2.9, which looks each line up in its source map.
*/
function lateCallSite(below) {
	const trace = capture(below);
	let known;
	return () => known ??= appPlace(linesOf(trace));
}
// ../../packages/stores/dist/copy-data.js
/** Stands for "not plain", since every other answer may be a value. */
var notPlain = Symbol("not plain");
/**
* Copies a value as structuredClone does; lists and records by hand, since one structuredClone of an
* empty list adds 8 µs to a page's 150 on Node 24, and 10 on Deno 2.9 (0.6 and 1.3 in a hot loop).
*
* @throws a DOMException for what structuredClone cannot copy
*/
function copyData(value) {
	const copy = copyPlain(value, /* @__PURE__ */ new Set());
	return copy === notPlain ? structuredClone(value) : copy;
}
function copyPlain(value, seen) {
	if (typeof value === "function" || typeof value === "symbol") return notPlain;
	if (typeof value !== "object" || value === null) return value;
	if (seen.has(value)) return notPlain;
	seen.add(value);
	const keys = Object.keys(value);
	const prototype = Object.getPrototypeOf(value);
	if (Array.isArray(value)) {
		if (prototype !== Array.prototype || keys.length !== value.length) return notPlain;
	} else if (prototype !== Object.prototype || Object.hasOwn(value, "__proto__")) return notPlain;
	const copy = Array.isArray(value) ? [] : {};
	for (const key of keys) {
		const part = copyPlain(value[key], seen);
		if (part === notPlain) return notPlain;
		copy[key] = part;
	}
	return copy;
}
// ../../packages/stores/dist/positions.js
/** `load (/app/src/x.ts:3:20)`, `file:///app/src/x.ts:3:20`, and Deno's `load (/app/src/x.ts, <anonymous>:3:20)`. */
var frameParts = /^(?:.*? \()?(.+?)(?:, <anonymous>)?:(\d+):(\d+)\)?$/;
function positionOf(frame) {
	const [, path = "", line, column] = frameParts.exec(frame) ?? [];
	if (path === "") return void 0;
	return {
		file: path.startsWith("file:") ? fileURLToPath(path) : path,
		line: Number(line),
		column: Number(column)
	};
}
/** A map is read once, whoever asks. */
var read = /* @__PURE__ */ new WeakMap();
/** The position in the source, by the code's source map; `undefined` where the map knows none. */
function originalOf({ line, column }, map) {
	const source = read.get(map) ?? new SourceMap(map);
	read.set(map, source);
	const entry = source.findEntry(line - 1, column - 1);
	if (!("originalLine" in entry)) return void 0;
	const { originalSource: file, originalLine, originalColumn } = entry;
	return {
		file,
		line: originalLine + 1,
		column: originalColumn + 1
	};
}
/** A position as people of the app know it: `src/lib/x.ts:3:20`. */
function describe(root, { file, line, column }) {
	return `${pathIn(root, file)}:${line}:${column}`;
}
/** A file's path as people of the app know it. */
function pathIn(root, file) {
	return relative(root, file).replaceAll("\\", "/");
}
// ../../packages/stores/dist/source-place.js
/**
* The place in the source of a line in a built file, by the map that Vite writes beside it; the line
* itself where there is none. It reads files, so it is for errors that end a build or a start.
*/
function sourcePlace(frame) {
	try {
		const position = positionOf(frame);
		if (!position) return frame;
		const original = originalOf(position, JSON.parse(readFileSync(`${position.file}.map`, "utf8")));
		if (!original) return frame;
		const file = resolve(dirname(position.file), original.file);
		return describe(process.cwd(), {
			...original,
			file
		});
	} catch {
		return frame;
	}
}
// ../../packages/stores/dist/keys.js
var claims = shared("stores.keys", () => /* @__PURE__ */ new Map());
var turn;
/** One object for everything that happens until the event loop turns. */
function currentTurn() {
	if (!turn) {
		turn = {};
		queueMicrotask(() => turn = void 0);
	}
	return turn;
}
/**
* Notes that a module has made a store with this key.
*
* In development modules are evaluated again when they are edited, and a store may move on the
* way. With the plugin only what the app still runs on counts. Without it only two stores of one
* evaluation are an error here, and two that one request uses are one later.
*
* @throws {KitrtError} `duplicate-key` when another place has made one
*/
function claimKey(key, madeAt) {
	const other = claims.get(key);
	const mine = {
		madeAt,
		turn: currentTurn(),
		evaluation: void 0
	};
	if (other && other.madeAt !== madeAt && true) throw duplicateKey(key, other.madeAt, madeAt);
	claims.set(key, mine);
}
function duplicateKey(key, ...places) {
	const [one, another] = places.map(sourcePlace);
	return new KitrtError("duplicate-key", `Two stores have the key '${key}': one is made at ${one}, the other at ${another}. In the browser they would begin with each other's values; give one of them another key.`);
}
// ../../packages/stores/dist/resolve.js
/**
* The scope of the request that is being answered: by AsyncLocalStorage, else by the `locals` of
* SvelteKit's event.
*
* @throws {KitrtError} `no-scope` outside of any request
*/
function resolveScope(name) {
	const current = scopes.current.getStore();
	if (current && !current.life?.ended) return current;
	const event = scopes.currentEvent();
	const scope = event ? scopes.byLocals.get(event.locals) : scopeOfTests();
	if (scope && !scope.life?.ended) return scope;
	const { where, mend } = misuse(event, current ?? scope);
	throw new KitrtError("no-scope", `The ${name.kind} store ${name.key ? `'${name.key}' ` : ""}made at ${name.madeAt} belongs to one request, but was used ${where}. Used at ${callSite()}. ${mend}`);
}
/**
* One scope for the unit tests of an app, which use its stores without any request, as they would
* use those of svelte/store. Vitest, Jest and `bun test` set NODE_ENV.
*/
function scopeOfTests() {
	if (scopes.served || process.env["NODE_ENV"] !== "test") return void 0;
	return scopes.tests ??= createScope();
}
/** What is wrong with a use that finds no scope, and what helps. */
function misuse(event, ended) {
	if (ended) return {
		where: "after the response to it had gone out",
		mend: "Read what is needed before, or keep the response waiting for it."
	};
	const handle = `the handle of '@kitrt/stores/server' first in src/hooks.server.ts`;
	if (event) return {
		where: "before its request had come through handle",
		mend: `Put ${handle}.`
	};
	return {
		where: "outside of any",
		mend: `Use it in hooks, load functions, actions, endpoints and components, and put ${handle}.`
	};
}
// ../../packages/stores/dist/handle.js
/** Every handle carries a {@link Handle} under this symbol, across copies of the package. */
var mark = Symbol.for("kitrt.stores.handle");
/**
* @throws {KitrtError} `duplicate-key`, here or on use
*/
function createHandle({ by, kind, key, create, read = (store) => valueOf(store) }) {
	const ofRequest = scopes.current.getStore() !== void 0;
	const name = createName({
		kind,
		key,
		by,
		ofRequest
	});
	if (key !== void 0 && !ofRequest) claimKey(key, name.madeAt);
	const slot = createSlot(ofRequest);
	const resolve = () => {
		const scope = resolveScope(name);
		return slot.get(scope) ?? make(scope);
	};
	const make = (scope) => {
		const store = create(scope);
		slot.set(scope, store);
		if (key !== void 0) {
			const other = scope.keyed.get(key)?.name.madeAt;
			if (other !== void 0 && other !== name.madeAt) throw duplicateKey(key, other, name.madeAt);
			scope.keyed.set(key, {
				name,
				read: () => read(store)
			});
		}
		return store;
	};
	return {
		name,
		resolve,
		read: () => read(resolve())
	};
}
function createName({ kind, key, by, ofRequest }) {
	const place = ofRequest && key === void 0 ? () => "a line that development tells" : lateCallSite(by);
	return {
		kind,
		key,
		get madeAt() {
			return place();
		}
	};
}
/**
* A handle that a module makes when the server starts has a number, and its stores a place in an
* array. One that is made during a request (in a load function, or in a module that is first
* loaded then) may be one of many to come, so it takes nothing from the scopes but what it uses.
*/
function createSlot(ofRequest) {
	if (ofRequest) {
		const slot = {
			get: ({ others }) => others.get(slot),
			set: ({ others }, store) => others.set(slot, store)
		};
		return slot;
	}
	const number = scopes.handles++;
	return {
		get: ({ slots }) => slots[number],
		set: ({ slots }, store) => slots[number] = store
	};
}
/** The readable part of a handle. */
function readableHandle(handle) {
	const { resolve } = handle;
	return Object.defineProperty({ subscribe: (run, invalidate) => resolve().subscribe(run, invalidate) }, mark, { value: handle });
}
function valueOf(store) {
	let value;
	store.subscribe((now) => value = now)();
	return value;
}
/**
* Copies an initial value for one request: two requests that share one array share what is pushed
* into it.
*
* @throws {KitrtError} `not-cloneable` for what structured cloning cannot copy
*/
function copyInitial(value, name) {
	if (typeof value !== "object" || value === null) return value;
	let cause;
	try {
		const copy = copyData(value);
		const prototype = Object.getPrototypeOf(value);
		if (prototype === null || prototype === Object.getPrototypeOf(copy)) return copy;
	} catch (error) {
		cause = error;
	}
	throw new KitrtError("not-cloneable", `The initial value of the ${name.kind} store ${name.key ? `'${name.key}' ` : ""}cannot be copied, and one value must not be shared by all requests. Begin with plain data, or make the store in a function: defineStore(() => writable(…)).`, { cause });
}
// ../../packages/stores/dist/options.js
/** `writable(value, start?, options?)` and `writable(value, options)` alike. */
function splitArguments(startOrOptions, options) {
	if (typeof startOrOptions === "object" && startOrOptions !== null) return {
		start: void 0,
		key: startOrOptions.key
	};
	return {
		start: startOrOptions,
		key: options?.key
	};
}
// ../../packages/stores/dist/index.js
function writable(value, startOrOptions, options) {
	const { start, key } = splitArguments(startOrOptions, options);
	const kind = "writable";
	const handle = createHandle({
		by: writable,
		kind,
		key,
		create: () => writable$1(copyInitial(value, {
			kind,
			key
		}), start)
	});
	const { resolve } = handle;
	return Object.assign(readableHandle(handle), {
		set: (next) => resolve().set(next),
		update: (updater) => resolve().update(updater)
	});
}
/** svelte/store's `derived`, which may live in a module; see {@link writable}. */
var derived = ((stores, map, initial) => {
	const kind = "derived";
	derived$1(stores, map);
	return readableHandle(createHandle({
		by: derived,
		kind,
		create: () => derived$1(stores, map, copyInitial(initial, {
			kind,
			key: void 0
		}))
	}));
});
export { writable as n, derived as t };

//# sourceMappingURL=dist.js.map