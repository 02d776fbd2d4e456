import { n as writable, t as derived } from "./dist.js";
import { n as sum } from "./shop.js";
// src/lib/isolated.ts
var user = writable("", { key: "user" });
var cart = writable([], { key: "cart" });
var carried = {
	user,
	cart,
	total: derived(cart, sum)
};
var ownUser = writable("");
var ownCart = writable([]);
/** Without keys nothing is carried to the browser. */
var bare = {
	user: ownUser,
	cart: ownCart,
	total: derived(ownCart, sum)
};
export { carried as n, bare as t };

//# sourceMappingURL=isolated.js.map