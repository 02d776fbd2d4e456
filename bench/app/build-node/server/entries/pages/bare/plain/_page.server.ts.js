import { t as shop } from "../../../../chunks/plain.js";
import { t as itemsOf } from "../../../../chunks/shop.js";
// src/routes/bare/plain/+page.server.ts
var load = ({ cookies }) => {
	const user = cookies.get("user") ?? "nobody";
	shop.user.set(user);
	shop.cart.set(itemsOf(user));
};
export { load };

//# sourceMappingURL=_page.server.ts.js.map