import { At as getRequestEvent, pt as stringify } from "../chunks/internal.js";
import "../chunks/remote.js";
import { a as withRequestLife, c as KitrtError, n as createScope, o as forgetContexts, r as scopes, s as shared, t as encoders } from "../chunks/transporters.js";
import { AsyncLocalStorage } from "node:async_hooks";
import { Server } from "node:http";
import process from "node:process";
// ../../packages/core/dist/server/at-boot.js
/**
* Runs a function in the asynchronous context of this module's loading, in which no
* AsyncLocalStorage holds anything: each request begins with it.
*
* Why: on Deno 2.8.3 to 2.9.6 the first `import()` made inside `als.run(store, …)` leaves that store
* as the ambient context of the whole process, so that a later request would begin with the state
* of an earlier one.
*/
var atBoot = AsyncLocalStorage.snapshot();
// ../../packages/core/dist/server/deno.js
/**
* Has every request to a server of `node:http` begin {@link atBoot} and with a life of its own, on
* Deno only: adapter-node's and Vite's servers would begin it in the context that an earlier one has
* left behind, and leave their own. Doing it twice does nothing.
*/
function beginRequestsAtBoot() {
	if (!process.versions["deno"]) return;
	shared("deno.requests", () => {
		const servers = Server.prototype;
		const { emit } = servers;
		servers.emit = function(...event) {
			forgetContexts();
			const go = () => emit.apply(this, event);
			const [name, , response] = event;
			return atBoot(() => name === "request" ? withRequestLife(answered(response), go) : go());
		};
		return true;
	});
}
var answered = (response) => new Promise((resolve) => {
	response.once("close", resolve);
});
// ../../packages/core/dist/server/current-event.js
/**
* The event of the request that is being answered. Only what an app has in its hooks can ask
* SvelteKit: unit tests have none, and `$app/server` cannot be imported outside of an app.
*/
var currentEvent = shared("current-event", () => ({ get: () => void 0 }));
// ../../packages/stores/dist/data-block.js
/** The id of the element that carries the values of keyed stores from the server to the browser. */
var dataBlockId = "kitrt-stores";
/** The id of the element at the end of a streamed page, with the values that have changed since. */
var lateBlockId = "kitrt-stores-late";
// ../../packages/stores/dist/server/is-json.js
/**
* Whether JSON carries a value as it is: nothing in it would be lost or changed, nothing is there
* twice, and nothing is a type of the app.
*/
function isJson(value, encoders) {
	return check(value, encoders, /* @__PURE__ */ new Set());
}
function check(value, encoders, seen) {
	for (const encode of encoders) if (encode(value)) return false;
	if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
	if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
	if (typeof value !== "object" || seen.has(value)) return false;
	seen.add(value);
	if (Array.isArray(value)) {
		for (const item of value) if (!check(item, encoders, seen)) return false;
		return true;
	}
	if (Object.getPrototypeOf(value) !== Object.prototype) return false;
	if (Object.getOwnPropertySymbols(value).length > 0 || Object.hasOwn(value, "__proto__")) return false;
	for (const key of Object.keys(value)) if (!check(value[key], encoders, seen)) return false;
	return true;
}
// ../../packages/stores/dist/server/data-block.js
/** The rest of an opening tag; quoted attributes may hold anything. */
var rest = String.raw`(?:"[^"]*"|'[^']*'|[^'">])*>`;
/** The end of the head, beside those in comments, in attributes and in text that is no markup. */
var headEnd = new RegExp([
	String.raw`<!--[\s\S]*?-->`,
	String.raw`<(script|style|title|noscript|template)\b${rest}[\s\S]*?<\/\1\s*>`,
	String.raw`<\/head\s*>`,
	`<[a-z]${rest}`
].join("|"), "gi");
/**
* Puts the values of the keyed stores into the page: one block of JSON, which no Content Security
* Policy forbids, ahead of SvelteKit's script, so that every module of the app finds it.
*/
function insertDataBlock(html, scope, told = /* @__PURE__ */ new Map()) {
	if (scope.keyed.size === 0) return html;
	const end = endOfHead(html);
	if (end >= 0) return html.slice(0, end) + dataBlock(dataBlockId, scope, told) + html.slice(end);
	return told.size === 0 ? html + dataBlock(dataBlockId, scope, told) : html;
}
/** Where the head ends; -1 where no tag says it. */
function endOfHead(html) {
	headEnd.lastIndex = 0;
	for (let match = headEnd.exec(html); match; match = headEnd.exec(html)) if (match[0].toLowerCase().startsWith("</head")) return match.index;
	return -1;
}
/** What has changed since the page was told, for the end of a streamed page; '' where nothing has. */
function lateDataBlock(scope, told) {
	return dataBlock(lateBlockId, scope, told);
}
function dataBlock(id, { keyed }, told) {
	const entries = [];
	for (const [key, { read }] of keyed) {
		const text = serialize(key, read());
		if (told.get(key) === text) continue;
		told.set(key, text);
		entries.push(`${JSON.stringify(key)}:${text}`);
	}
	if (entries.length === 0) return "";
	return `<script type="application/json" id="${id}">${`{${entries.join(",")}}`.replaceAll("<", String.raw`\u003C`)}<\/script>`;
}
/**
* One value as a `WrittenValue`. Most are plain data: for twenty records JSON takes 3 µs of a page's
* CPU, devalue 14 and 250 bytes more.
*/
function serialize(key, value) {
	try {
		const types = encoders();
		return typeof value === "object" && isJson(value, Object.values(types)) ? JSON.stringify({ json: value }) : stringify(value, types);
	} catch (cause) {
		throw new KitrtError("not-serializable", `The value of the store '${key}' cannot be sent to the browser: ${cause.message}. A store with a key must hold plain data, or types that createTransport in src/hooks.ts knows; without a key, its value stays on the server.`, { cause });
	}
}
// ../../packages/stores/dist/server/index.js
beginRequestsAtBoot();
scopes.currentEvent = () => {
	try {
		return getRequestEvent();
	} catch {
		return;
	}
};
currentEvent.get = scopes.currentEvent;
/**
* Gives each request its own stores, and puts the values of the keyed ones into its page. First in
* `src/hooks.server.ts`:
*
* ```ts
* import { handle as stores } from '@kitrt/stores/server'
* export const handle = sequence(stores, yours)
* ```
*/
var handle$1 = async ({ event, resolve }) => {
	const scope = event.isSubRequest && scopes.current.getStore() || createScope(event);
	scopes.served = true;
	scopes.byLocals.set(event.locals, scope);
	const told = /* @__PURE__ */ new Map();
	const transformPageChunk = ({ html }) => {
		return insertDataBlock(html, scope, told);
	};
	const response = await scopes.current.run(scope, () => resolve(event, { transformPageChunk }));
	return isStreamedPage(response) ? withLateValues(response, scope, told) : response;
};
/** SvelteKit knows the length of every page but those that stream promises. */
function isStreamedPage(response) {
	const { headers } = response;
	return !headers.has("content-length") && (headers.get("content-type")?.startsWith("text/html") ?? false) && response.body !== null;
}
/** Adds what was written after the head of a streamed page to its end. */
function withLateValues(response, scope, told) {
	const late = new TransformStream({ flush(controller) {
		const block = scopes.current.run(scope, () => lateDataBlock(scope, told));
		if (block) controller.enqueue(new TextEncoder().encode(block));
	} });
	return new Response(response.body?.pipeThrough(late), response);
}
// src/hooks.server.ts
/** Both sides of each pair in one process: two processes may differ by more than what is measured. */
var handle = ({ event, resolve }) => event.url.pathname.endsWith("/plain") ? resolve(event) : handle$1({
	event,
	resolve
});
export { handle };

//# sourceMappingURL=hooks.server.js.map