import { AsyncLocalStorage } from "node:async_hooks";
// ../../packages/core/dist/error.js
/** The one error class of kitrt: a `code` for programs, and a message that says what was expected, what was got and how to mend it. */
var KitrtError = class extends Error {
	name = "KitrtError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
// ../../packages/core/dist/server/shared.js
var registry = Symbol.for("kitrt.shared");
/**
* One value for the whole process, however many copies of a package are loaded: `vite.config.ts`
* loads one natively, the app's modules another through Vite, and both must meet the same sockets.
*
* This file is the only one of kitrt that puts something on `globalThis`.
*/
function shared(name, create) {
	const holder = globalThis;
	const values = holder[registry] ??= /* @__PURE__ */ new Map();
	if (!values.has(name)) values.set(name, create());
	return values.get(name);
}
// ../../packages/core/dist/server/context.js
var contexts = shared("contexts", () => /* @__PURE__ */ new Map());
/** An AsyncLocalStorage of the process, the same in all copies of a package. */
function context(name) {
	const made = contexts.get(name) ?? new AsyncLocalStorage();
	contexts.set(name, made);
	return made;
}
/**
* Empties every {@link context} for what follows. To be called where no request is being answered.
*
* Why: see `atBoot`. What an import has left behind on Deno stays the ambient context of callbacks
* that come from outside, such as the data of a `node:net` socket, until somebody enters another.
*/
function forgetContexts() {
	for (const one of contexts.values()) one.enterWith(void 0);
}
// ../../packages/core/dist/server/request-life.js
var lives = context("request-life");
/**
* Runs the answer to a request with a life of its own. Only for runtimes whose AsyncLocalStorage
* cannot be trusted to show a request's state to that request alone (see `atBoot`): elsewhere a
* request's state is good for as long as anybody can reach it.
*
* @param answered settles when the response has gone out, or its client left
*/
function withRequestLife(answered, run) {
	const life = {
		answered: false,
		holds: 0,
		get ended() {
			return life.answered && life.holds === 0;
		}
	};
	const settle = () => {
		life.answered = true;
	};
	answered.then(settle, settle);
	return lives.run(life, run);
}
/** The life of the request that is being answered; `undefined` where it never ends. */
function requestLife() {
	return lives.getStore();
}
// ../../packages/stores/dist/dev.js
/** Empty in production, and in development without the plugin. */
var dev = shared("stores.dev", () => ({}));
// ../../packages/stores/dist/scope.js
function createScope(event) {
	return {
		event,
		life: requestLife(),
		slots: [],
		others: /* @__PURE__ */ new Map(),
		keyed: /* @__PURE__ */ new Map()
	};
}
var scopes = shared("stores.scopes", () => ({
	current: context("stores.scope"),
	byLocals: /* @__PURE__ */ new WeakMap(),
	currentEvent: () => void 0,
	handles: 0,
	served: false,
	tests: void 0
}));
// ../../packages/stores/dist/transporters.js
var known = Object.create(null);
var each = (pick) => Object.fromEntries(Object.entries(known).map(([name, transporter]) => [name, pick(transporter)]));
/** As devalue's `stringify` takes them. */
var encoders = () => each(({ encode }) => encode);
export { withRequestLife as a, KitrtError as c, dev as i, createScope as n, forgetContexts as o, scopes as r, shared as s, encoders as t };

//# sourceMappingURL=transporters.js.map