import { a as spread_props } from "../../../../chunks/server2.js";
import { t as shop } from "../../../../chunks/plain.js";
import { t as ShopPage } from "../../../../chunks/ShopPage.js";
// src/routes/bare/plain/+page.svelte
function _page($$renderer) {
	ShopPage($$renderer, spread_props([shop]));
}
export { _page as default };

//# sourceMappingURL=_page.svelte.js.map