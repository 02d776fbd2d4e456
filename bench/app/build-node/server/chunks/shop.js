// src/lib/shop.ts
var sum = (items) => items.reduce((cents, item) => cents + item.cents, 0);
/** What a database would give. */
var itemsOf = (user) => Array.from({ length: 20 }, (_, index) => ({
	name: `Article ${index} for ${user}`,
	cents: 100 + index
}));
export { sum as n, itemsOf as t };

//# sourceMappingURL=shop.js.map