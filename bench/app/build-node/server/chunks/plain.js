import { r as writable, t as derived } from "./index-server.js";
import { n as sum } from "./shop.js";
// src/lib/plain.ts
var user = writable("");
var cart = writable([]);
/** One for all visitors, as no app should have it: the control of the benchmarks. */
var shop = {
	user,
	cart,
	total: derived(cart, sum)
};
export { shop as t };

//# sourceMappingURL=plain.js.map