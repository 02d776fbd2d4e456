import { c as unsubscribe_stores, d as escape_html, n as ensure_array_like, o as store_get, r as head, s as stringify, u as attr } from "./server2.js";
// src/lib/ShopItem.svelte
function ShopItem($$renderer, $$props) {
	$$renderer.component(($$renderer) => {
		var $$store_subs;
		let { item, user } = $$props;
		$$renderer.push(`<li><span>${escape_html(item.name)}</span> <span>${escape_html((item.cents / 100).toFixed(2))}</span> <button${attr("aria-label", `Take ${stringify(item.name)} out of the cart of ${stringify(store_get($$store_subs ??= {}, "$user", user))}`)}>×</button></li>`);
		if ($$store_subs) unsubscribe_stores($$store_subs);
	});
}
// src/lib/ShopPage.svelte
function ShopPage($$renderer, $$props) {
	$$renderer.component(($$renderer) => {
		var $$store_subs;
		let { user, cart, total } = $$props;
		head("sqjxjw", $$renderer, ($$renderer) => {
			$$renderer.title(($$renderer) => {
				$$renderer.push(`<title>The cart of ${escape_html(store_get($$store_subs ??= {}, "$user", user))}</title>`);
			});
		});
		$$renderer.push(`<header><a href="/">Shop</a> <nav><!--[-->`);
		const each_array = ensure_array_like([
			"News",
			"Articles",
			"Orders",
			"Help"
		]);
		for (let $$index = 0, $$length = each_array.length; $$index < $$length; $$index++) {
			let name = each_array[$$index];
			$$renderer.push(`<a${attr("href", `/${stringify(name.toLowerCase())}`)}>${escape_html(name)}</a>`);
		}
		$$renderer.push(`<!--]--></nav> <p>${escape_html(store_get($$store_subs ??= {}, "$user", user))}, ${escape_html(store_get($$store_subs ??= {}, "$cart", cart).length)} articles</p></header> <main><h1>Cart</h1> <ul><!--[-->`);
		const each_array_1 = ensure_array_like(store_get($$store_subs ??= {}, "$cart", cart));
		for (let $$index_1 = 0, $$length = each_array_1.length; $$index_1 < $$length; $$index_1++) {
			let item = each_array_1[$$index_1];
			ShopItem($$renderer, {
				item,
				user
			});
		}
		$$renderer.push(`<!--]--></ul> <p>Total: ${escape_html((store_get($$store_subs ??= {}, "$total", total) / 100).toFixed(2))}</p></main> <footer>Thank you, ${escape_html(store_get($$store_subs ??= {}, "$user", user))}.</footer>`);
		if ($$store_subs) unsubscribe_stores($$store_subs);
	});
}
export { ShopPage as t };

//# sourceMappingURL=ShopPage.js.map