import { a as spread_props } from "../../../../chunks/server2.js";
import { t as bare } from "../../../../chunks/isolated.js";
import { t as ShopPage } from "../../../../chunks/ShopPage.js";
// src/routes/bare/isolated/+page.svelte
function _page($$renderer) {
	ShopPage($$renderer, spread_props([bare]));
}
export { _page as default };

//# sourceMappingURL=_page.svelte.js.map