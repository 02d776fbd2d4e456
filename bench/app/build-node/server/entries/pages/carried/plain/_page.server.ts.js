import { t as shop } from "../../../../chunks/plain.js";
import { t as itemsOf } from "../../../../chunks/shop.js";
// src/routes/carried/plain/+page.server.ts
/** What the stores hold goes to the browser as SvelteKit sends it. */
var load = ({ cookies }) => {
	const user = cookies.get("user") ?? "nobody";
	const cart = itemsOf(user);
	shop.user.set(user);
	shop.cart.set(cart);
	return {
		user,
		cart
	};
};
export { load };

//# sourceMappingURL=_page.server.ts.js.map