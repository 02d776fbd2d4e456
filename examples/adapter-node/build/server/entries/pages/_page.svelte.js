import { i as unsubscribe_stores, o as escape_html, r as store_get } from "../../chunks/server2.js";
import { n as reportError, t as KitrtError } from "../../chunks/error.js";
globalThis.Date;
globalThis.Set;
globalThis.Map;
globalThis.URL;
globalThis.URLSearchParams;
/**
* @param {any} _
*/
function createSubscriber(_) {
	return () => {};
}
// ../../packages/core/dist/client/backoff.js
/**
* Waits between attempts, with full jitter: ten thousand clients that lost the same server come
* back spread over the whole window instead of in waves.
*
* Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. The floor of a tenth is
* ours: a wait of 0 ms against a server that refuses at once would be a busy loop.
*/
function createBackoff({ base = 500, cap = 2e4, random = Math.random } = {}) {
	let attempt = 0;
	return {
		next() {
			const bound = Math.min(cap, base * 2 ** attempt);
			attempt = Math.min(attempt + 1, 30);
			return Math.round(bound * (.1 + .9 * random()));
		},
		reset() {
			attempt = 0;
		},
		setBase(ms) {
			base = Math.max(1, ms);
			cap = Math.max(cap, base);
		}
	};
}
// ../../packages/core/dist/client/live-value.js
function createLiveValue({ initial, start, createSubscriber, onError = reportError, live }) {
	let value = initial;
	let stop;
	let starting = false;
	const readers = /* @__PURE__ */ new Set();
	/** What is still to be told, in order: a reader may set the value while it is told one. */
	const queue = [];
	function enter(run) {
		const reader = { run };
		readers.add(reader);
		if (readers.size === 1) {
			starting = true;
			stop = start?.();
			starting = false;
		}
		return () => {
			if (!readers.delete(reader) || readers.size > 0) return;
			const end = stop;
			stop = void 0;
			end?.();
		};
	}
	const track = createSubscriber((update) => enter(update));
	return {
		get current() {
			if (live) track();
			return value;
		},
		subscribe(run) {
			const leave = live ? enter(run) : () => {};
			try {
				run(value);
			} catch (error) {
				leave();
				throw error;
			}
			return leave;
		},
		set(next) {
			value = next;
			if (starting) return;
			const telling = queue.length > 0;
			for (const reader of readers) queue.push([reader, next]);
			if (telling) return;
			for (const [reader, told] of queue) {
				if (!readers.has(reader)) continue;
				try {
					reader.run(told);
				} catch (error) {
					onError(error, { stage: "a reader of a value" });
				}
			}
			queue.length = 0;
		},
		peek: () => value
	};
}
// ../../packages/core/dist/client/reconnector.js
/**
* The one loop that keeps a connection up: attempts, waits between them, and knows when to stop.
* Sockets, streams and channels bring their `open` and get the rest. An `open` that throws counts
* as refused.
*/
function createReconnector({ open, onStatus, onError = reportError, network, connectTimeout = 15e3, stableAfter = 5e3, ...backoffOptions }) {
	const backoff = createBackoff(backoffOptions);
	let status = "idle";
	let started = false;
	let openedAt;
	/** What the server asked for by `after`, on the clock of `performance.now()`. */
	let notBefore = 0;
	let stopAttempt;
	let timer;
	/** Counts what has overtaken what: a callback may stop or start us while we are telling it something. */
	let turn = 0;
	const isOffline = () => network?.navigator?.onLine === false;
	function setStatus(next) {
		if (status === next) return;
		status = next;
		try {
			onStatus?.(next);
		} catch (error) {
			onError(error, { stage: `a callback for the status '${next}'` });
		}
	}
	/** Ends whatever is under way, without a word of its own. */
	function clear() {
		turn++;
		clearTimeout(timer);
		if (openedAt !== void 0 && performance.now() - openedAt >= stableAfter) backoff.reset();
		openedAt = void 0;
		const stop = stopAttempt;
		stopAttempt = void 0;
		stop?.();
	}
	function attempt() {
		clear();
		if (isOffline()) return setStatus("offline");
		const mine = turn;
		const current = () => mine === turn;
		const ended = ({ outcome, after = 0 }) => {
			if (!current()) return;
			clear();
			if (outcome !== "later") {
				release();
				return setStatus(outcome);
			}
			notBefore = performance.now() + after;
			if (isOffline()) return setStatus("offline");
			wait(Math.max(after, backoff.next()));
		};
		timer = setTimeout(() => ended({ outcome: "later" }), connectTimeout);
		setStatus("connecting");
		if (!current()) return;
		try {
			const stop = open({
				opened() {
					if (!current() || openedAt !== void 0) return;
					clearTimeout(timer);
					openedAt = performance.now();
					setStatus("open");
				},
				ended
			});
			if (current()) stopAttempt = stop;
			else stop();
		} catch (error) {
			onError(error, { stage: "the opening of a connection" });
			ended({ outcome: "refused" });
		}
	}
	function wait(ms) {
		timer = setTimeout(attempt, Math.min(ms, 2 ** 31 - 1));
		setStatus("waiting");
	}
	function online() {
		const left = notBefore - performance.now();
		if (status === "offline") {
			if (left > 0) wait(left);
			else attempt();
		} else if (status === "waiting" && left <= 0) attempt();
	}
	/** The network is gone, so the connection is too, long before TCP would say so. */
	function offline() {
		clear();
		setStatus("offline");
	}
	const listeners = [
		["online", online],
		["pageshow", online],
		["offline", offline],
		["pagehide", offline]
	];
	function release() {
		started = false;
		for (const [event, listener] of listeners) network?.removeEventListener(event, listener);
	}
	return {
		get status() {
			return status;
		},
		start() {
			if (started) return;
			started = true;
			for (const [event, listener] of listeners) network?.addEventListener(event, listener);
			backoff.reset();
			attempt();
		},
		stop(last = "idle") {
			if (started) {
				release();
				clear();
			}
			setStatus(last);
		},
		setBase: backoff.setBase
	};
}
// ../../packages/core/dist/client/retry-after.js
/** The header `Retry-After`, seconds or a date (RFC 9110, section 10.2.3), as ms from now. */
function parseRetryAfter(value) {
	if (value === null) return void 0;
	const seconds = Number(value);
	const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1e3;
	return ms > 0 ? ms : void 0;
}
// ../../packages/ws/dist/client/close-codes.js
/**
* Codes that will not change by trying again: a broken protocol, a policy (RFC 6455, section 7.4.1),
* and IANA's 3000 (unauthorized) and 3003 (forbidden).
*/
var final = /* @__PURE__ */ new Set([
	1002,
	1003,
	1007,
	1008,
	1009,
	1010,
	3e3,
	3003
]);
/**
* What a close code asks of a client: 1000 ends it, the codes of a client's own fault and kitrt's
* 4000 to 4099 refuse it, all others (a lost network, a restart, an overload) mean later.
*/
function outcomeOf(code) {
	if (code === 1e3) return "closed";
	if (final.has(code) || code >= 4e3 && code <= 4099) return "refused";
	return "later";
}
// ../../packages/ws/dist/client/liveness.js
/**
* Finds out whether a connection still lives, where neither TCP nor the browser says so for minutes.
* Whatever comes counts as an answer, and so does an upload that moves.
*/
function createLiveness({ liveness = 3e4, answerTimeout = 1e4, ask, waiting, dead }) {
	const asks = liveness > 0 && liveness < 2 ** 31;
	let heardAt = performance.now();
	/** When the answer is due; `Infinity` while nothing is asked. */
	let deadline = Infinity;
	/** What waited in front of the question. */
	let before = 0;
	let spared = false;
	let timer;
	function heard() {
		heardAt = performance.now();
		spared = false;
		if (deadline === Infinity) return;
		deadline = Infinity;
		arm();
	}
	function arm() {
		clearTimeout(timer);
		if (!asks) return;
		const due = deadline < Infinity ? deadline : heardAt + liveness;
		timer = setTimeout(check, Math.max(0, due - performance.now()));
	}
	function question(within) {
		if (!asks) return;
		if (deadline === Infinity) {
			before = waiting();
			ask();
		}
		deadline = Math.min(deadline, performance.now() + within);
		arm();
	}
	function check() {
		const now = performance.now();
		if (deadline === Infinity && now - heardAt >= liveness) return question(answerTimeout);
		if (now >= deadline) {
			if (waiting() < before) return heard();
			if (spared || now - deadline < answerTimeout) return dead();
			deadline = Infinity;
			spared = true;
			return question(answerTimeout / 2);
		}
		arm();
	}
	arm();
	return {
		heard,
		probe: () => question(answerTimeout / 2),
		stop: () => clearTimeout(timer)
	};
}
// ../../packages/ws/dist/client/why-refused.js
/**
* Asks the route by a plain GET why it refused the handshake: browsers tell only 1006.
*
* 426 is how a socket route answers a GET, so the refusal has passed or was the network's; 408, 425,
* 429, 5xx and a GET that fails to arrive say the same. Every other answer refuses.
*
* @param signal ends the question, and the answer's body, which nobody reads
*/
async function whyRefused(address, fetch, signal) {
	try {
		const response = await fetch(address.replace(/^ws/, "http"), {
			redirect: "manual",
			cache: "no-store",
			credentials: "include",
			signal
		});
		const { status } = response;
		return {
			outcome: status >= 500 || [
				408,
				425,
				426,
				429
			].includes(status) ? "later" : "refused",
			after: parseRetryAfter(response.headers.get("retry-after")),
			status
		};
	} catch {
		return {
			outcome: "later",
			status: void 0
		};
	}
}
// ../../packages/ws/dist/client/dial.js
/** One attempt at a connection, and the connection that comes of it. Returns its stop, for which twice is once. */
function dial({ address, protocols = [], askWhy = true, WebSocket, fetch, page, onOpen, onMessage, onEnd, onError, ...timing }) {
	const over = new AbortController();
	const { signal } = over;
	let socket;
	let life;
	function end(code, reason, outcome, status) {
		if (signal.aborted) return;
		over.abort();
		onEnd({
			code,
			reason,
			status
		}, outcome);
	}
	function stop(code = 1e3, reason = "", outcome) {
		socket?.close(code, reason);
		end(life ? code : 1006, reason, outcome);
	}
	function connect(offered) {
		if (signal.aborted) return;
		const opening = new WebSocket(address.replace(/^http/, "ws"), offered);
		socket = opening;
		opening.binaryType = "arraybuffer";
		const listen = (type, run) => opening.addEventListener(type, run, { signal });
		listen("open", () => {
			life = createLiveness({
				...timing,
				ask: () => opening.send("\0"),
				waiting: () => opening.bufferedAmount,
				dead: () => stop(3008, "no answer", { outcome: "later" })
			});
			signal.addEventListener("abort", life.stop);
			for (const type of ["online", "visibilitychange"]) page?.addEventListener(type, () => page.document.hidden || life?.probe(), { signal });
			onOpen(opening);
		});
		listen("message", ({ data }) => {
			life?.heard();
			if (data !== "\0") onMessage(data);
		});
		listen("close", ({ code, reason }) => {
			if (life || !askWhy) return end(code, reason, { outcome: outcomeOf(code) });
			whyRefused(address, fetch, signal).then((refusal) => end(code, reason, refusal, refusal.status));
		});
	}
	if (typeof protocols === "function") new Promise((resolve) => resolve(protocols())).then(connect).catch((error) => {
		onError(error, { stage: "the protocols of a socket" });
		end(1006, "", { outcome: "later" });
	});
	else connect(protocols);
	return stop;
}
// ../../packages/ws/dist/client/message-iterator.js
/** Messages for `for await`, from now on, one by one. What waits when it ends is still handed out. */
function createMessageIterator({ maxUnread = 1e3, read }) {
	const unread = [];
	let ended = false;
	let fault;
	let leave;
	let wake = () => {};
	let news;
	const nothingYet = () => unread.length === 0 && !ended;
	/** Wakes every `next` that waits. */
	function tell() {
		wake();
		news = new Promise((resolve) => wake = resolve);
	}
	function end() {
		ended = true;
		leave?.();
		tell();
	}
	tell();
	leave = read((message) => {
		if (!leave) return;
		if (unread.length < maxUnread) {
			unread.push(message);
			return tell();
		}
		fault = new KitrtError("slow", `for await reads too slowly: ${maxUnread} messages wait. Raise maxUnread, or do less in the loop.`);
		end();
	}, end);
	if (ended) leave();
	const iterator = {
		[Symbol.asyncIterator]: () => iterator,
		async next() {
			while (nothingYet()) await news;
			if (unread.length > 0) return {
				value: unread.shift(),
				done: false
			};
			if (fault) throw fault;
			return {
				value: void 0,
				done: true
			};
		},
		return() {
			unread.length = 0;
			fault = void 0;
			end();
			return iterator.next();
		}
	};
	return iterator;
}
// ../../packages/ws/dist/client/outbox.js
function createOutbox({ maxQueue = 100, maxBuffered, page, onLost }) {
	let queue = [];
	let bytes = 0;
	function onHide(event) {
		if (!event.persisted) onLost(take());
	}
	function take() {
		const taken = queue;
		queue = [];
		bytes = 0;
		page?.removeEventListener("pagehide", onHide);
		return taken;
	}
	return {
		add(data) {
			if (!(queue.length < maxQueue && bytes <= maxBuffered)) return false;
			const copy = ArrayBuffer.isView(data) ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data.slice(0);
			queue.push(copy);
			const { length, byteLength, size } = copy;
			bytes += length ?? byteLength ?? size ?? 0;
			page?.addEventListener("pagehide", onHide);
			return true;
		},
		take
	};
}
// ../../packages/ws/dist/client/open-socket.js
/** Whether nothing is open, and nothing will be by itself. */
var isOver = (status) => status === "idle" || status === "refused" || status === "closed";
function createSocket(url, options, environment) {
	const { json, maxBuffered = 2 ** 20, onError = reportError, onLost } = options;
	const { live, page, base } = environment;
	if (live && !URL.canParse(url, base)) throw new KitrtError("bad-argument", `openSocket() expected a URL, got '${String(url)}'`);
	let socket;
	let ending;
	let hangUp;
	let read = false;
	const outbox = createOutbox({
		...options,
		maxBuffered,
		page,
		onLost: lose
	});
	function lose(queued) {
		if (queued.length === 0) return;
		if (onLost) return onLost(queued.map((data) => json ? JSON.parse(data) : data));
		const message = `messages that were queued, and that no onLost took: ${queued.length}`;
		onError(new KitrtError("closed", message), { stage: "the end of a socket" });
	}
	function receive(data) {
		let message = data;
		try {
			if (json) message = JSON.parse(data);
		} catch (error) {
			return onError(error, { stage: "a message that should be JSON" });
		}
		value.set(message);
	}
	const reconnector = createReconnector({
		...options,
		network: page,
		onError,
		open(attempt) {
			hangUp = dial({
				...environment,
				...options,
				address: new URL(url, base).href,
				onError,
				onMessage: receive,
				onOpen(opened) {
					socket = opened;
					ending = void 0;
					for (const data of outbox.take()) opened.send(data);
					attempt.opened();
				},
				onEnd(how, outcome) {
					socket = void 0;
					ending = how;
					if (outcome) attempt.ended(outcome);
				}
			});
			return hangUp;
		},
		onStatus(status) {
			const lost = isOver(status) ? outbox.take() : [];
			shown.set({
				status,
				ending
			});
			lose(lost);
		}
	});
	const shown = createLiveValue({
		initial: {
			status: "idle",
			ending
		},
		...environment,
		onError
	});
	const value = createLiveValue({
		initial: void 0,
		...environment,
		onError,
		start() {
			read = true;
			if (reconnector.status !== "closed") reconnector.start();
			return () => {
				read = false;
				queueMicrotask(() => {
					if (!read && !isOver(reconnector.status)) reconnector.stop();
				});
			};
		}
	});
	return {
		get current() {
			return value.current;
		},
		get status() {
			return shown.current.status;
		},
		get ending() {
			return shown.current.ending;
		},
		subscribe: value.subscribe,
		send(message) {
			const data = json ? JSON.stringify(message) : message;
			if (data === "\0" || data === void 0) throw new KitrtError("bad-argument", `send() expected a message, got ${data === void 0 ? "what JSON cannot hold" : "'\\0', the client's own heartbeat"}`);
			if (socket?.readyState === 1) {
				if (socket.bufferedAmount > maxBuffered) return "full";
				socket.send(data);
				return "sent";
			}
			if (isOver(reconnector.status)) return "closed";
			return outbox.add(data) ? "queued" : "full";
		},
		[Symbol.asyncIterator]: () => createMessageIterator({
			...options,
			read(onMessage, onEnd) {
				const leave = value.subscribe((message) => onMessage(message));
				const leaveStatus = shown.subscribe(({ status }) => {
					if (isOver(status)) onEnd();
				});
				return () => {
					leaveStatus();
					leave();
				};
			}
		}),
		close(code, reason) {
			hangUp?.(code, reason);
			reconnector.stop("closed");
		},
		connect() {
			if (live) reconnector.start();
		}
	};
}
// ../../packages/ws/dist/client/index.js
function openSocket(url, options = {}) {
	return createSocket(url, options, {
		live: false,
		createSubscriber,
		WebSocket: globalThis.WebSocket,
		fetch: (...request) => globalThis.fetch(...request),
		page: void 0,
		base: void 0
	});
}
// src/routes/+page.svelte
function _page($$renderer, $$props) {
	$$renderer.component(($$renderer) => {
		var $$store_subs;
		const echo = openSocket("/echo");
		$$renderer.push(`<h1>Sockets beside adapter-node</h1> <p>${escape_html(store_get($$store_subs ??= {}, "$echo", echo) ?? "Nothing yet.")}</p> <button>Say hello</button>`);
		if ($$store_subs) unsubscribe_stores($$store_subs);
	});
}
export { _page as default };

//# sourceMappingURL=_page.svelte.js.map