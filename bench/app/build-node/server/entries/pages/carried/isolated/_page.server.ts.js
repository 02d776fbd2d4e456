import { n as carried } from "../../../../chunks/isolated.js";
import { t as itemsOf } from "../../../../chunks/shop.js";
// src/routes/carried/isolated/+page.server.ts
var load = ({ cookies }) => {
	const user = cookies.get("user") ?? "nobody";
	carried.user.set(user);
	carried.cart.set(itemsOf(user));
};
export { load };

//# sourceMappingURL=_page.server.ts.js.map