import { t as bare } from "../../../../chunks/isolated.js";
import { t as itemsOf } from "../../../../chunks/shop.js";
// src/routes/bare/isolated/+page.server.ts
var load = ({ cookies }) => {
	const user = cookies.get("user") ?? "nobody";
	bare.user.set(user);
	bare.cart.set(itemsOf(user));
};
export { load };

//# sourceMappingURL=_page.server.ts.js.map