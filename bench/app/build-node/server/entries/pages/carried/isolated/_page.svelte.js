import { a as spread_props } from "../../../../chunks/server2.js";
import { n as carried } from "../../../../chunks/isolated.js";
import { t as ShopPage } from "../../../../chunks/ShopPage.js";
// src/routes/carried/isolated/+page.svelte
function _page($$renderer) {
	ShopPage($$renderer, spread_props([carried]));
}
export { _page as default };

//# sourceMappingURL=_page.svelte.js.map