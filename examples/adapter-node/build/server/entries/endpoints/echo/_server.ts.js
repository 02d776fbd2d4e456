import { n as reportError, t as KitrtError } from "../../../chunks/error.js";
import { t as error } from "../../../chunks/exports.js";
import { AsyncLocalStorage } from "node:async_hooks";
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
// ../../packages/core/dist/server/open-connections.js
var connections = shared("open-connections", () => ({
	open: /* @__PURE__ */ new Set(),
	/** Whether the server is about to stop. */
	closing: false
}));
/**
* Makes a connection known to the server that will stop some day; one that opens while it stops is
* ended at once. Returns its removal; removing twice does nothing.
*/
function trackConnection(connection) {
	connections.open.add(connection);
	if (connections.closing) queueMicrotask(() => connection.goAway());
	return () => {
		connections.open.delete(connection);
	};
}
// ../../packages/core/dist/server/request-life.js
var lives = context("request-life");
var update = (life) => {
	life.ended = life.answered && life.holds === 0;
};
/**
* Keeps the state of the request that is being answered good beyond its response, for a socket or a
* stream. Returns the release; releasing twice does nothing.
*/
function holdRequest() {
	const life = lives.getStore();
	if (!life) return () => {};
	let held = true;
	life.holds++;
	update(life);
	return () => {
		if (!held) return;
		held = false;
		life.holds--;
		update(life);
	};
}
// ../../packages/ws/dist/peers.js
var byRoute$1 = shared("ws.peers", () => /* @__PURE__ */ new Map());
/** The handler of the route's module that has opened a peer; an edit of the module makes another. */
var madeBy = shared("ws.peers-made-by", () => /* @__PURE__ */ new WeakMap());
/** Adds an open peer under its route. Returns its removal; removing twice does nothing. */
function addPeer(route, peer, by) {
	madeBy.set(peer, by);
	const peersOfRoute = byRoute$1.get(route) ?? /* @__PURE__ */ new Set();
	byRoute$1.set(route, peersOfRoute.add(peer));
	return () => {
		peersOfRoute.delete(peer);
		if (peersOfRoute.size === 0 && byRoute$1.get(route) === peersOfRoute) byRoute$1.delete(route);
	};
}
// ../../packages/ws/dist/admission.js
var counts = shared("ws.admission", () => /* @__PURE__ */ new Map());
/** What a client should wait before it tries again, in seconds. */
var retryAfter = "5";
/** Why one more socket of a route is not taken; `undefined` when it is. */
function refuseAdmission(route, address, { maxConnections = 2 ** 14, maxConnectionsPerAddress = Infinity }) {
	const count = counts.get(route);
	if (!count) return void 0;
	if (count.all >= maxConnections) return later(503, "Too many sockets are open here.");
	if (address !== void 0 && (count.byAddress.get(address) ?? 0) >= maxConnectionsPerAddress) return later(429, "Too many sockets are open from this address.");
}
var later = (status, text) => new Response(text, {
	status,
	headers: { "retry-after": retryAfter }
});
/** Counts an open socket. Returns its removal; removing twice does nothing. */
function admit(route, address = "") {
	const count = counts.get(route) ?? {
		all: 0,
		byAddress: /* @__PURE__ */ new Map()
	};
	counts.set(route, count);
	count.all++;
	count.byAddress.set(address, (count.byAddress.get(address) ?? 0) + 1);
	let counted = true;
	return () => {
		if (!counted) return;
		counted = false;
		count.all--;
		const left = (count.byAddress.get(address) ?? 1) - 1;
		if (left > 0) count.byAddress.set(address, left);
		else count.byAddress.delete(address);
		if (count.all === 0) counts.delete(route);
	};
}
// ../../packages/ws/dist/codec.js
/** Messages as they are. */
var rawCodec = {
	json: false,
	encode(data) {
		if (typeof data === "string" || data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data;
		throw new KitrtError("bad-argument", `send() expected a string, an ArrayBuffer or a view of one, got ${data === null ? "null" : typeof data}. Use JSON.stringify for values, or give the route a schema.`);
	},
	decode: (data) => data
};
/** Messages as JSON, each checked by its schema. */
function createJsonCodec({ receive, send }) {
	return {
		json: true,
		encode(value) {
			const result = send?.["~standard"].validate(value);
			if (result instanceof Promise) throw new KitrtError("bad-argument", "send() expected a schema that is not async");
			if (result?.issues) throw new KitrtError("bad-argument", `send() got an invalid message: ${said(result)}`);
			const json = JSON.stringify(result ? result.value : value);
			if (json !== void 0) return json;
			throw new KitrtError("bad-argument", `send() expected JSON, got ${typeof value}`);
		},
		decode(data) {
			const value = parse(data);
			const result = receive?.["~standard"].validate(value);
			if (result === void 0) return value;
			return result instanceof Promise ? result.then(valid) : valid(result);
		}
	};
}
function parse(data) {
	if (typeof data !== "string") throw new KitrtError("invalid-message", "Expected JSON, got a binary message.");
	try {
		return JSON.parse(data);
	} catch (cause) {
		throw new KitrtError("invalid-message", "Expected JSON, got other text.", { cause });
	}
}
function valid(result) {
	if (!result.issues) return result.value;
	throw new KitrtError("invalid-message", `Got an invalid message: ${said(result)}`, { cause: result.issues });
}
var said = ({ issues }) => issues.map(({ message, path }) => [path?.map(key).join("."), message].filter(Boolean).join(": ")).join("; ");
var key = (segment) => String(typeof segment === "object" ? segment.key : segment);
// ../../packages/ws/dist/dispatcher.js
/** A fault of a handler stays here, whatever it throws and whenever it rejects. */
function createDispatcher({ handlers, route, codec, inbox, run, refuse, ended }) {
	let peer;
	/** Whether `open` has ended. */
	let ready = false;
	let working = false;
	/** How the socket has closed. */
	let over;
	let told = false;
	/** Who reads by `for await`, woken when there is news. */
	let reader;
	async function guard(stage, to, handler) {
		try {
			await handler();
		} catch (error) {
			if (!handlers.error) {
				reportError(error, { stage: `socket ${stage} of ${route}` });
				to.close(1011, "internal error");
				return;
			}
			try {
				await handlers.error(to, error);
			} catch (second) {
				reportError(second, { stage: `socket error of ${route}` });
			}
		}
	}
	/** The next message that is one. */
	async function next(to) {
		for (let data = inbox.take(); data !== void 0; data = inbox.take()) try {
			return { value: await codec.decode(data) };
		} catch (error) {
			if (error instanceof KitrtError && error.code === "invalid-message" && refuse) {
				inbox.clear();
				refuse();
			} else await guard("message", to, () => Promise.reject(error));
		}
	}
	const forHandler = () => !reader && handlers.message !== void 0 && inbox.size > 0;
	async function work(to) {
		if (working) return;
		working = true;
		if (!ready) {
			await guard("open", to, () => handlers.open?.(to));
			ready = true;
			if (!handlers.message && !reader) inbox.clear();
		}
		while (forHandler()) {
			const message = await next(to);
			if (!message) continue;
			await guard("message", to, () => handlers.message?.(to, message.value));
		}
		working = false;
		if (over) await end(to, over);
	}
	async function end(to, { code, reason }) {
		if (told) return;
		told = true;
		await guard("close", to, () => handlers.close?.(to, code, reason));
		ended();
	}
	function goOn() {
		const to = peer;
		if (to) run(() => void work(to));
	}
	function iterate() {
		const from = peer;
		if (!from || reader) throw new KitrtError("bad-argument", `The messages of a peer of ${route} are read already.`);
		let news = Promise.withResolvers();
		const mine = { wake: () => news.resolve() };
		reader = mine;
		const leave = () => {
			if (reader === mine) {
				reader = void 0;
				goOn();
			}
			return {
				done: true,
				value: void 0
			};
		};
		return {
			async next() {
				for (;;) {
					if (reader !== mine) return leave();
					const message = await next(from);
					if (message) return {
						done: false,
						value: message.value
					};
					if (over) return leave();
					await news.promise;
					news = Promise.withResolvers();
				}
			},
			return: async () => leave()
		};
	}
	return {
		iterate,
		opened(opening) {
			peer = opening;
			goOn();
		},
		arrived() {
			if (reader) reader.wake();
			else goOn();
		},
		closed(code, reason) {
			over = {
				code,
				reason
			};
			reader?.wake();
			goOn();
		},
		get listens() {
			return !ready || reader !== void 0 || handlers.message !== void 0;
		}
	};
}
// ../../packages/ws/dist/idle-watch.js
/**
* Finds a peer that has vanished without a word, at the latest 1.5 × `idleTimeout` after its last
* sign of life.
*/
function createIdleWatch({ idleTimeout, ping, gone }) {
	if (idleTimeout === Infinity) return {
		alive() {},
		stop() {}
	};
	let last = performance.now();
	/** Whether it has been asked since: nobody is gone who was never asked. */
	let asked = false;
	let timer;
	function look() {
		const silence = performance.now() - last;
		if (asked && silence >= idleTimeout) return gone();
		if (silence >= idleTimeout / 2 - 1) {
			asked = true;
			ping();
		}
		arm();
	}
	function arm() {
		timer = setTimeout(look, Math.min(idleTimeout / 2, 2 ** 31 - 1));
		timer.unref();
	}
	arm();
	return {
		alive() {
			asked = false;
			last = performance.now();
		},
		stop: () => clearTimeout(timer)
	};
}
// ../../packages/ws/dist/inbox.js
/** @param max the sum of the costs that may wait */
function createInbox(max) {
	let items = [];
	/** How many at the beginning are gone: shifting a long array each time would cost its length. */
	let gone = 0;
	let cost = 0;
	return {
		push(item, itemCost) {
			if (cost + itemCost > max) return false;
			cost += itemCost;
			items.push({
				item,
				cost: itemCost
			});
			return true;
		},
		take() {
			const next = items[gone];
			if (!next) return void 0;
			items[gone++] = void 0;
			cost -= next.cost;
			if (gone === items.length || gone > 1e3) {
				items = items.slice(gone);
				gone = 0;
			}
			return next.item;
		},
		clear() {
			items = [];
			gone = 0;
			cost = 0;
		},
		get size() {
			return items.length - gone;
		}
	};
}
// ../../packages/ws/dist/close-frame.js
/** RFC 6455, section 7.4, and the IANA registry: 1004 to 1006 and 1015 are never sent. */
function isCloseCode(code) {
	return Number.isInteger(code) && (code >= 1e3 && code <= 1014 && ![
		1004,
		1005,
		1006
	].includes(code) || code >= 3e3 && code <= 4999);
}
/** RFC 6455, section 5.5: a control frame holds 125 bytes, two of which are the code. */
function clampReason(reason) {
	const bytes = new TextEncoder().encode(reason);
	if (bytes.length <= 123) return reason;
	return new TextDecoder().decode(bytes.subarray(0, 123)).replace(/\uFFFD$/, "");
}
// ../../packages/ws/dist/topics.js
/** By route, so that no topic of one route reaches the peers of another. */
var byRoute = shared("ws.topics", () => /* @__PURE__ */ new Map());
/** @param max how many topics it may have */
function createSubscriptions(route, self, max) {
	const mine = /* @__PURE__ */ new Set();
	let over = false;
	function remove(topic) {
		if (!mine.delete(topic)) return;
		const topics = byRoute.get(route);
		const subscribers = topics?.get(topic);
		subscribers?.delete(self);
		if (subscribers?.size === 0) topics?.delete(topic);
		if (topics?.size === 0) byRoute.delete(route);
	}
	return {
		add(topic) {
			if (over || mine.has(topic)) return;
			if (mine.size >= max) throw new KitrtError("bad-argument", `A peer of ${route} may subscribe to ${max} topics (maxTopics), and has as many.`);
			mine.add(topic);
			const topics = byRoute.get(route) ?? /* @__PURE__ */ new Map();
			byRoute.set(route, topics);
			topics.set(topic, (topics.get(topic) ?? /* @__PURE__ */ new Set()).add(self));
		},
		remove,
		publish: (topic, value) => publishTo(route, topic, value, self),
		end() {
			over = true;
			for (const topic of mine) remove(topic);
		},
		get topics() {
			return [...mine];
		}
	};
}
function publishTo(route, topic, value, except) {
	const published = {
		sent: 0,
		dropped: 0
	};
	/** The peers of a route share their codec, but for those from before an edit of it in development. */
	const encoded = /* @__PURE__ */ new Map();
	for (const subscriber of [...byRoute.get(route)?.get(topic) ?? []]) {
		if (subscriber === except) continue;
		const { codec, deliver } = subscriber;
		const data = encoded.get(codec) ?? codec.encode(value);
		encoded.set(codec, data);
		const result = deliver(data);
		if (result === "sent" || result === "queued") published.sent++;
		else if (result === "dropped") published.dropped++;
	}
	return published;
}
// ../../packages/ws/dist/peer.js
function createPeer({ wire, event, iterate, maxBuffered, overflow, maxTopics, codec, protocol }) {
	let open = true;
	let said;
	/** Those who wait in `drained`. */
	const waiting = /* @__PURE__ */ new Set();
	function deliver(data) {
		if (data === "\0") throw new KitrtError("bad-argument", "send() got the text of one NUL, which is the heartbeat of our client");
		if (!open) return "closed";
		if (wire.bufferedAmount() > maxBuffered) {
			if (overflow === "close") peer.close(1013, "reads too slowly");
			return "dropped";
		}
		wire.send(data);
		return wire.bufferedAmount() > 0 ? "queued" : "sent";
	}
	function closed() {
		open = false;
		subscriptions.end();
		for (const tell of waiting) tell(false);
		waiting.clear();
		return said;
	}
	const subscriptions = createSubscriptions(event.route.id ?? "", {
		codec,
		deliver
	}, maxTopics);
	const peer = {
		id: crypto.randomUUID(),
		event,
		protocol,
		get bufferedAmount() {
			return wire.bufferedAmount();
		},
		send: (message) => deliver(codec.encode(message)),
		async drained() {
			for (;;) {
				if (!open || wire.bufferedAmount() === 0) return open;
				await new Promise((resolve) => {
					waiting.add(resolve);
					wire.onDrain(() => {
						waiting.delete(resolve);
						resolve(true);
					});
				});
			}
		},
		close(code = 1e3, reason = "") {
			if (!isCloseCode(code)) throw new KitrtError("bad-argument", `close() expected a code of 1000 to 1003, 1007 to 1014 or 3000 to 4999, got ${code}`);
			if (!open) return;
			open = false;
			said = code;
			subscriptions.end();
			queueMicrotask(() => wire.close(code, clampReason(reason)));
		},
		terminate() {
			closed();
			wire.terminate();
		},
		get topics() {
			return subscriptions.topics;
		},
		subscribe: subscriptions.add,
		unsubscribe: subscriptions.remove,
		publish: subscriptions.publish,
		[Symbol.asyncIterator]: iterate
	};
	return {
		peer,
		closed
	};
}
// ../../packages/ws/dist/rate-limit.js
/** A token bucket that holds one second's worth. */
function createBucket(perSecond) {
	let left = perSecond;
	return (cost, seconds) => {
		if (perSecond === Infinity) return true;
		left = Math.min(perSecond, left + seconds * perSecond) - cost;
		return left >= 0;
	};
}
/**
* What a peer may send at once, and again each second.
*
* @returns whether a message of so many bytes may still be taken
*/
function createRateLimit({ messages = 1e3, bytes = 2 ** 25 } = {}) {
	const takeMessage = createBucket(messages);
	const takeBytes = createBucket(bytes);
	let last = performance.now();
	return (size) => {
		const now = performance.now();
		const seconds = (now - last) / 1e3;
		last = now;
		return takeMessage(1, seconds) && takeBytes(size, seconds);
	};
}
// ../../packages/ws/dist/connection.js
/** What a message costs beside its data while it waits, in bytes: its place in the inbox, roughly. */
var overhead = 256;
/** In bytes. */
var size = (data) => typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
/**
* Makes the sockets of all runtimes alike: handlers run one after another and in the scope of the
* opening request, every bound is kept, and `close` comes once, after everything else.
*/
function createConnection({ handlers, event, madeBy, run, maxPayload, maxPending, idleTimeout, rateLimit, invalid, ...peerOptions }) {
	const route = event.route.id ?? "";
	const inbox = createInbox(maxPending);
	const mayTake = createRateLimit(rateLimit);
	let wire;
	let owned;
	let watch;
	/** Takes the peer out of every register. */
	let forget = () => {};
	/** Lets go of the request's state. */
	let release = () => {};
	let over = false;
	/** Whether no more messages are taken: one was over a bound. */
	let deaf = false;
	function refuse(code, reason) {
		deaf = true;
		owned?.peer.close(code, reason);
	}
	const dispatcher = createDispatcher({
		handlers,
		route,
		codec: peerOptions.codec,
		inbox,
		run,
		refuse: invalid === "close" ? () => refuse(1007, "invalid message") : void 0,
		ended: () => release()
	});
	return {
		protocol: peerOptions.protocol,
		json: peerOptions.codec.json,
		idleTimeout,
		opened(opening) {
			if (owned || over) return opening.terminate();
			wire = opening;
			owned = createPeer({
				...peerOptions,
				wire,
				event,
				iterate: dispatcher.iterate
			});
			const { peer } = owned;
			const { ping, terminate } = opening;
			if (ping) watch = createIdleWatch({
				idleTimeout,
				ping,
				gone: terminate
			});
			const removals = [
				addPeer(route, peer, madeBy),
				admit(route, event.clientAddress),
				trackConnection({ goAway: () => peer.close(1012, "service restart") })
			];
			forget = () => {
				for (const remove of removals) remove();
			};
			release = run(holdRequest);
			dispatcher.opened(peer);
		},
		received(data) {
			watch?.alive();
			if (!owned || deaf) return;
			const bytes = size(data);
			if (bytes > maxPayload) return refuse(1009, `a message may hold ${maxPayload} bytes`);
			if (!mayTake(bytes)) return refuse(1008, "messages come faster than the rate limit");
			if (data === "\0") {
				if (wire && wire.bufferedAmount() <= peerOptions.maxBuffered) wire.send("\0");
				return;
			}
			if (!dispatcher.listens) return;
			if (!inbox.push(data, bytes + overhead)) return refuse(1013, "messages come faster than they are handled");
			dispatcher.arrived();
		},
		alive: () => watch?.alive(),
		closed(code, reason) {
			if (over) return;
			over = true;
			deaf = true;
			watch?.stop();
			forget();
			const said = owned?.closed();
			dispatcher.closed(code || said || 1006, reason);
		}
	};
}
// ../../packages/ws/dist/origin.js
/** Whether an Origin is among those that a route names. */
function fitsOrigins(origin, origins) {
	return origin !== null && (origins.includes("*") || origins.includes(origin));
}
/** The answer to a page that may not open a socket. */
var foreignOrigin = () => new Response("This Origin may not open sockets here. If it is yours, say so in paths.origin, csrf.trustedOrigins or the origins of the route.", {
	status: 403,
	headers: { "content-type": "text/plain; charset=utf-8" }
});
// ../../packages/ws/dist/is-response.js
/** Whether a value is a Response: by its tag, since @hono/node-server puts a class of its own in place of the global one, and both go around. */
function isResponse(value) {
	return Object.prototype.toString.call(value) === "[object Response]";
}
// ../../packages/ws/dist/route-origins.js
/** Every origin that a socket route of the app names, for the check at the door, which comes before any route is known. */
var named = shared("ws.origins", () => /* @__PURE__ */ new Set());
/** Notes the origins that a route takes. */
function nameOrigins(origins) {
	for (const origin of origins) named.add(origin);
}
// ../../packages/ws/dist/slot.js
/**
* The slot of the request that is being answered.
*
* Every plain request must run with `undefined` here (see `atBoot` in core), or an old slot could
* be seen through Deno's leak.
*/
var slots = context("ws.slots");
// ../../packages/ws/dist/socket-event.js
/** Copies what the runtimes take away after the handshake: Deno throws "Request closed" on a later read. */
function atUpgrade({ params, route, url, locals, cookies, request, ...event }) {
	let clientAddress;
	try {
		clientAddress = event.getClientAddress();
	} catch {}
	return {
		params,
		route,
		url,
		locals,
		cookies: {
			get: cookies.get,
			getAll: cookies.getAll
		},
		headers: new Headers(request.headers),
		clientAddress
	};
}
// ../../packages/ws/dist/socket.js
/**
* Makes a socket of an ordinary `+server.ts` route. The request comes through `handle` like any
* other, so `locals`, `params`, cookies, `error(401)` and `redirect` mean what they always mean.
*
* ```ts
* export const GET = socket(({ locals, params }) => {
*   if (!locals.user) error(401)
*   return {
*     open: (peer) => peer.subscribe('news'),
*     message: (peer, data) => peer.publish('news', data),
*   }
* })
* ```
*
* With `receive` or `send`, messages are JSON that is checked by the schemas, and
* `openSocket<typeof GET>(url, { json: true })` knows their types.
*
* @param handler called for each upgrade request, before the handshake, and for each plain GET. When
*   it throws, or returns a `Response`, that is the answer, and no socket is opened.
* @returns the route's handler. A plain GET that the handler does not refuse is answered with 426.
*/
function socket(handler, { receive, send, origins = [], protocols, idleTimeout = 3e4, maxBuffered = 2 ** 20, overflow = "close", maxPayload = 2 ** 20, maxPending = 2 ** 24, rateLimit, maxTopics = 1e3, invalid = "close", ...admission } = {}) {
	if (!(idleTimeout > 0)) throw new KitrtError("bad-argument", `idleTimeout expected ms over 0, got ${idleTimeout}`);
	nameOrigins(origins);
	const codec = receive || send ? createJsonCodec({
		receive,
		send
	}) : rawCodec;
	const route = async (event) => {
		const slot = slots.getStore();
		if (!slot || event.isSubRequest) {
			const asked = await handler(event);
			if (isResponse(asked)) return asked;
			return new Response("This route is a WebSocket: connect with one.", {
				status: 426,
				headers: {
					upgrade: "websocket",
					connection: "upgrade"
				}
			});
		}
		if (slot.foreign && !fitsOrigins(event.request.headers.get("origin"), origins)) return foreignOrigin();
		const opening = atUpgrade(event);
		const refusal = refuseAdmission(event.route.id ?? "", opening.clientAddress, admission);
		if (refusal) return refusal;
		const handlers = await handler(event);
		if (isResponse(handlers)) return handlers;
		if (typeof handlers !== "object" || handlers === null) throw new KitrtError("bad-argument", `socket() expected an object of handlers for ${event.route.id}, got ${String(handlers)}. Was a return forgotten?`);
		slot.connection = createConnection({
			handlers,
			event: opening,
			madeBy: route,
			run: AsyncLocalStorage.snapshot(),
			codec,
			protocol: chooseProtocol(event.request.headers, protocols),
			idleTimeout,
			maxBuffered,
			overflow,
			maxPayload,
			maxPending,
			rateLimit,
			maxTopics,
			invalid
		});
		return new Response(null, { status: 204 });
	};
	return route;
}
/** RFC 6455, section 4.2.2: at most one, and one that the client has offered. */
function chooseProtocol(headers, spoken) {
	return (headers.get("sec-websocket-protocol")?.split(",") ?? []).map((one) => one.trim()).find((one) => !spoken || spoken.includes(one)) ?? "";
}
// src/routes/echo/+server.ts
var GET = socket(({ locals }) => {
	const { user } = locals;
	if (!user) error(401, "Say who you are first.");
	return { message: (peer, data) => peer.send(`${user}: ${String(data)}`) };
});
export { GET };

//# sourceMappingURL=_server.ts.js.map