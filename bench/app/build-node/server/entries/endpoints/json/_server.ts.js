// src/routes/json/+server.ts
var articles = Array.from({ length: 20 }, (_, id) => ({
	id,
	name: `Article ${id}`,
	price: id * 3
}));
var GET = () => Response.json(articles);
export { GET };

//# sourceMappingURL=_server.ts.js.map